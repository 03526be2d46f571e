// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.Secret;
import dev.mailer.smtp.dkim.DkimAlgorithm;
import dev.mailer.smtp.dkim.DkimPrivateKey;
import dev.mailer.smtp.dkim.DkimSigner;
import java.io.ByteArrayInputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.james.jdkim.DKIMSigner;

/**
 * What signing a mail of 10 kB costs on one thread: the bare signature over a header's octets, the whole of it (canonical form,
 * hashes, signature, field), and jDKIM's; with the platform's provider and with those that can be added.
 */
final class Dkim implements Benchmark {
    private static final String PLATFORM = "platform";
    private static final byte[] MAIL = Mails.raw();
    /** As many octets as are signed of the mail's header. */
    private static final byte[] SIGNED = new byte[600];

    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    private static final long WARM_UP = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final long TURN = TimeUnit.MILLISECONDS.toNanos(60);
    private static final int TURNS = 10;

    private static final Map<String, String> ADDED = new LinkedHashMap<>();

    static {
        ADDED.put("Conscrypt", "org.conscrypt.OpenSSLProvider");
        ADDED.put("Amazon Corretto", "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider");
        ADDED.put("Bouncy Castle", "org.bouncycastle.jce.provider.BouncyCastleProvider");
    }

    @Override
    public void run(Session session) throws Exception {
        Figures figures = new Figures();
        DkimPrivateKey rsa = DkimPrivateKey.generate(DkimAlgorithm.RSA);
        DkimPrivateKey ed25519 = DkimPrivateKey.generate(DkimAlgorithm.ED25519);
        Map<String, Callable<?>> cases = new LinkedHashMap<>();
        for (DkimPrivateKey key : new DkimPrivateKey[] {rsa, ed25519}) {
            boolean isRsa = key == rsa;
            String kind = isRsa ? "RSA-2048" : "Ed25519";
            add(cases, kind, key, PLATFORM, Security.getProvider(isRsa ? "SunRsaSign" : "SunEC"));
            ADDED.forEach((name, type) -> {
                try {
                    add(
                            cases,
                            kind,
                            key,
                            name,
                            Class.forName(type)
                                    .asSubclass(Provider.class)
                                    .getDeclaredConstructor()
                                    .newInstance());
                } catch (Exception | LinkageError e) {
                    session.say("%s has no %s here: %s", name, kind, e);
                }
            });
        }
        cases.put("jDKIM RSA-2048 (platform)", jdkim(rsa));
        DkimSigner fastest = DkimSigner.builder()
                .key("example.com", "r", rsa.toPem())
                .key("example.com", "e", ed25519.toPem())
                .build();
        session.say("chosen: %s", fastest);
        cases.put("both, fastest provider, whole", whole(fastest));
        measure(session, cases, figures);
        figures.print("dkim: " + MAIL.length + " octets of mail, one thread");
        session.result(
                "dkim",
                figures.ratio(label("RSA-2048", PLATFORM, "whole"), label("RSA-2048", PLATFORM, "bare"), "CPU µs"),
                "<=",
                1.08);
        session.result(
                "dkim-jdkim",
                figures.ratio("jDKIM RSA-2048 (platform)", label("RSA-2048", PLATFORM, "whole"), "CPU µs"),
                ">=",
                1.25);
        session.result("dkim-ed25519", figures.median(label("Ed25519", "Bouncy Castle", "whole"), "CPU µs"), "<", 60);
    }

    /** The cases take turns many times in a round, so that what else the machine does meets all of them. */
    private static void measure(Session session, Map<String, Callable<?>> cases, Figures figures) throws Exception {
        for (Callable<?> one : cases.values()) {
            var unused = micros(one, WARM_UP);
        }
        for (int round = 0; round < session.rounds(); round++) {
            Map<String, Double> sums = new LinkedHashMap<>();
            for (int turn = 0; turn < TURNS; turn++) {
                for (Map.Entry<String, Callable<?>> one : cases.entrySet()) {
                    sums.merge(one.getKey(), micros(one.getValue(), session.isQuick() ? TURN / 4 : TURN), Double::sum);
                }
            }
            sums.forEach((name, sum) -> figures.add(name, "CPU µs", sum / TURNS));
        }
    }

    /** CPU of this thread, as others may take the processor meanwhile. */
    private static double micros(Callable<?> work, long nanos) throws Exception {
        long start = CPU.getCurrentThreadCpuTime();
        int n = 0;
        long spent;
        do {
            Objects.requireNonNull(work.call());
            n++;
            spent = CPU.getCurrentThreadCpuTime() - start;
        } while (spent < nanos);
        return spent / 1e3 / n;
    }

    private static String label(String kind, String provider, String what) {
        return kind + ", " + provider + ", " + what;
    }

    private static void add(
            Map<String, Callable<?>> cases, String kind, DkimPrivateKey key, String name, Provider provider) {
        try {
            Callable<?> bare = bare(key, provider);
            Callable<?> whole = whole(DkimSigner.builder()
                    .key("example.com", "s", key.toPem())
                    .provider(provider)
                    .build());
            Objects.requireNonNull(bare.call());
            cases.put(label(kind, name, "bare"), bare);
            cases.put(label(kind, name, "whole"), whole);
        } catch (Exception e) {
            System.out.println(name + " has no " + kind + ": " + e.getMessage());
        }
    }

    private static Callable<?> bare(DkimPrivateKey key, Provider provider) throws Exception {
        boolean rsa = key.algorithm() == DkimAlgorithm.RSA;
        Signature signature = Signature.getInstance(rsa ? "SHA256withRSA" : "Ed25519", provider);
        signature.initSign(KeyFactory.getInstance(rsa ? "RSA" : "Ed25519", provider)
                .generatePrivate(new PKCS8EncodedKeySpec(der(key))));
        byte[] signed = rsa ? SIGNED : new byte[32];
        return () -> {
            signature.update(signed);
            return signature.sign();
        };
    }

    private static Callable<?> whole(DkimSigner signer) {
        return () -> signer.sign("example.com", 1_700_000_000L, out -> out.write(MAIL));
    }

    private static Callable<?> jdkim(DkimPrivateKey key) throws Exception {
        PrivateKey read =
                KeyFactory.getInstance("RSA", "SunRsaSign").generatePrivate(new PKCS8EncodedKeySpec(der(key)));
        DKIMSigner signer = new DKIMSigner(
                "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s; t=1700000000;"
                        + " h=From:From:To:To:Subject:Subject:Date:Date:Message-ID:Message-ID:MIME-Version:MIME-Version:"
                        + "Content-Type:Content-Type:List-Unsubscribe:List-Unsubscribe-Post; bh=; b=;",
                read);
        return () -> signer.sign(new ByteArrayInputStream(MAIL));
    }

    private static byte[] der(DkimPrivateKey key) {
        Secret pem = key.toPem();
        return Base64.getMimeDecoder()
                .decode(pem.reveal().replaceAll("-----[A-Z ]+-----", "").getBytes(StandardCharsets.US_ASCII));
    }
}
