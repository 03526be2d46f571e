// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.smtp.mx.DaneTrust;
import dev.mailer.smtp.mx.DaneVerifier;
import dev.mailer.smtp.mx.TlsDemand;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The certificates that are good enough for each demand. Thread-safe. */
final class MxTrust {
    private final SSLContext platform;
    private final SSLContext anybody;
    private final InstantSource clock;

    MxTrust(SSLContext platform, InstantSource clock) {
        this.platform = platform;
        this.anybody = of(new Anybody());
        this.clock = clock;
    }

    /** The contexts of the hosts of one pool, made once: each knows the TLS sessions that can be resumed. Thread-safe. */
    Kept keep(List<MxWay> ways) {
        Map<String, SSLContext> byHost = new HashMap<>();
        ways.forEach(way -> byHost.put(way.host().name(), of(way.demand())));
        return new Kept(byHost);
    }

    /** See {@link #keep}. */
    final class Kept {
        private final Map<String, SSLContext> byHost;

        private Kept(Map<String, SSLContext> byHost) {
            this.byHost = Map.copyOf(byHost);
        }

        SSLContext of(MxWay way) {
            SSLContext context = byHost.get(way.host().name());
            if (context == null) {
                throw new IllegalStateException("a pool was asked for a host that is not its own");
            }
            return context;
        }

        /** For a certificate that must verify, whatever the host is asked for otherwise. */
        SSLContext platform() {
            return platform;
        }
    }

    private SSLContext of(TlsDemand demand) {
        return switch (demand.kind()) {
            case OPPORTUNISTIC, ENCRYPTED, NOT_USABLE -> anybody;
            case VERIFIED -> platform;
            case DANE -> of(new DaneTrust(new DaneVerifier(demand.associations(), demand.names(), clock)));
        };
    }

    private static SSLContext of(TrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no TLS", e);
        }
    }

    /**
     * Where a domain promises nothing, a certificate that does not verify is better than clear text, which would be the other choice
     * (RFC 7435 §3).
     */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
