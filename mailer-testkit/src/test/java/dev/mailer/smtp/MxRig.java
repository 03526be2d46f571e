// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.testkit.SampleSubmission;
import dev.mailer.testkit.TestContext;
import dev.mailer.testkit.dns.ScriptedDnsServer;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import dev.mailer.testkit.smtp.TestTls;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The mail of example.org: its name server, its only host mx.example.org, and a transport that finds it. */
final class MxRig implements AutoCloseable {
    final TestContext context = TestContext.create();
    final ScriptedDnsServer dns = ScriptedDnsServer.start();
    final ScriptedSmtpServer server;
    final Map<String, String> policies = new ConcurrentHashMap<>();
    final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
    private @Nullable Transport transport;

    MxRig() {
        this(ScriptedSmtpServer.start());
    }

    MxRig(ScriptedSmtpServer server) {
        this.server = server;
        dns.mx("example.org", 10, "mx.example.org").address("mx.example.org", "127.0.0.1");
    }

    static MxRig withStartTls(TestTls tls) {
        return new MxRig(ScriptedSmtpServer.builder().startTls(tls).start());
    }

    /** The domain's MTA-STS policy. */
    MxRig policy(String mode, String host) {
        dns.txt("_mta-sts.example.org", "v=STSv1; id=1;");
        policies.put("example.org", "version: STSv1\nmode: " + mode + "\nmx: " + host + "\nmax_age: 86400\n");
        return this;
    }

    /** The domain's zone is signed, and this is the certificate of its host. */
    MxRig dane(TestTls tls) {
        try {
            PublicKey key = CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(tls.certificatePem().getBytes(StandardCharsets.US_ASCII)))
                    .getPublicKey();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            dns.signed("example.org").tlsa("_" + server.port() + "._tcp.mx.example.org", 3, 1, 1, digest);
            return this;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Another transport from now on; {@code more} options begin with an ampersand. */
    MxRig open(String more, TestTls trusted) {
        closeTransport();
        transport = newTransport(more, trusted, context);
        return this;
    }

    Transport newTransport(String more, TestTls trusted, TestContext with) {
        String uri = "mx:?dns=127.0.0.1:" + dns.port() + "&port=" + server.port() + "&allowPrivate=on" + more
                + patienceBeside(more);
        return new MxTransportFactory(trusted.clientContext(), (domain, deadline) -> {
                    String policy = policies.get(domain);
                    if (policy == null) {
                        throw new AssertionError("nobody has a policy to fetch for " + domain);
                    }
                    return policy;
                })
                .create(TransportUri.parse(uri), with);
    }

    private static String patienceBeside(String more) {
        return Stream.of("connectTimeout", "readTimeout", "tlsTimeout")
                .filter(name -> !more.contains("&" + name + "="))
                .map(name -> "&" + name + "=20s")
                .collect(Collectors.joining());
    }

    Transport transport() {
        return Objects.requireNonNull(transport, "open comes first");
    }

    /** What came of a mail to them, for the first. */
    Outcome send(String... recipients) {
        return send(List.of(SampleSubmission.to(recipients)), recipients[0]);
    }

    /** What came of a mail to each of them, handed over together. */
    List<Outcome> sendAll(String... recipients) {
        send(Stream.of(recipients).map(SampleSubmission::to).toList(), recipients[0]);
        return Stream.of(recipients).map(outcomes::get).toList();
    }

    private Outcome send(List<? extends Submission> submissions, String first) {
        transport().send(List.copyOf(submissions), new OutcomeSink() {
            @Override
            public boolean mayComplete(Submission submission) {
                return true;
            }

            @Override
            public void report(Submission submission, Recipient recipient, Outcome outcome) {
                Outcome before = outcomes.put(recipient.address().spec(), outcome);
                assertThat(before).as("an outcome that was there before").isNull();
            }
        });
        return Objects.requireNonNull(outcomes.get(first), "no outcome");
    }

    @Override
    public void close() {
        closeTransport();
        server.close();
        dns.close();
    }

    private void closeTransport() {
        Transport open = transport;
        if (open != null) {
            open.close();
        }
    }
}
