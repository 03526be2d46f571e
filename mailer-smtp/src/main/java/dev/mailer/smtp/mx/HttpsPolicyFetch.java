// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Fetches policies over HTTPS (RFC 8461 §3.3): the certificate verified, no redirect followed, no cookie kept, at most
 * {@value HttpsAnswer#MAX_BODY} octets. It connects to addresses that it has looked up and checked itself, which the
 * platform's client does not allow: a name in somebody's zone must not lead it into our network. Thread-safe.
 */
public final class HttpsPolicyFetch implements PolicyFetch {
    /** For all of a fetch. */
    public static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** For one address of the host. */
    private static final Duration ADDRESS_TIMEOUT = Duration.ofSeconds(15);

    private static final int PORT = 443;
    private static final int MAX_ADDRESSES = 4;
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private final Dns dns;
    private final MxSettings settings;
    private final Supplier<SSLContext> tls;
    private final int port;

    public HttpsPolicyFetch(Dns dns, MxSettings settings, Supplier<SSLContext> tls) {
        this(dns, settings, tls, PORT);
    }

    HttpsPolicyFetch(Dns dns, MxSettings settings, Supplier<SSLContext> tls, int port) {
        this.dns = dns;
        this.settings = settings;
        this.tls = tls;
        this.port = port;
    }

    @Override
    public String fetch(String domain, Deadline deadline) throws PolicyException {
        Deadline whole = deadline.orIn(TIMEOUT);
        String host = "mta-sts." + domain;
        PolicyException last = null;
        for (InetAddress address : addresses(host, whole)) {
            try {
                return fetchFrom(address, host, whole.orIn(ADDRESS_TIMEOUT));
            } catch (IOException e) {
                last = failure(host, e);
            }
        }
        throw last != null ? last : failed("no public address is known for " + host, null);
    }

    private List<InetAddress> addresses(String host, Deadline deadline) {
        AddressChoice choice = settings.choice();
        List<InetAddress> four = choice.asksIpv4() ? dns.ipv4(host, deadline).records() : List.of();
        List<InetAddress> six = choice.asksIpv6() ? dns.ipv6(host, deadline).records() : List.of();
        List<InetAddress> usable = new ArrayList<>(choice.arrange(four, six));
        usable.removeIf(a -> !settings.mayUse(a));
        return usable.subList(0, Math.min(MAX_ADDRESSES, usable.size()));
    }

    private String fetchFrom(InetAddress address, String host, Deadline deadline) throws IOException, PolicyException {
        try (DeadlineSocket plain = new DeadlineSocket(deadline)) {
            plain.connect(new InetSocketAddress(address, port));
            SSLSocket socket = (SSLSocket) tls.get().getSocketFactory().createSocket(plain, host, port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setProtocols(VERSIONS);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            String request = "GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: " + host
                    + "\r\nAccept: text/plain\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            HttpsAnswer answer = HttpsAnswer.read(socket.getInputStream());
            if (answer.status() != 200) {
                throw failed(host + " answered " + answer.status() + "; expected 200", null);
            }
            if (!answer.isPlainText()) {
                throw failed(host + " answered with '" + answer.contentType() + "'; expected text/plain", null);
            }
            return answer.body();
        }
    }

    private static PolicyException failure(String host, IOException e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof CertificateException) {
                return new PolicyException(
                        TlsResult.STS_WEBPKI_INVALID, "the certificate of " + host + " does not verify: " + t, e);
            }
        }
        return failed(host + " did not answer: " + e, e);
    }

    private static PolicyException failed(String message, @Nullable Throwable cause) {
        return new PolicyException(TlsResult.STS_POLICY_FETCH_ERROR, message, cause);
    }
}
