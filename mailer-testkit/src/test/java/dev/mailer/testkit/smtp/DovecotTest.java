// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Transport;
import dev.mailer.testkit.SampleSubmission;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Its submission service, which hands mail on, and its LMTP. */
class DovecotTest extends PeerServerSuite {
    @Override
    PeerServer start(TestTls tls) throws IOException {
        PeerFolder.assumeServer("/usr/lib/dovecot/submission", "Debian's dovecot-submissiond");
        PeerFolder.assumeServer("/usr/lib/dovecot/lmtp", "Debian's dovecot-lmtpd");
        return new DovecotServer(tls);
    }

    @Override
    Set<String> extensions() {
        return Set.of("PIPELINING", "SIZE", "ENHANCEDSTATUSCODES", "8BITMIME", "DSN", "CHUNKING");
    }

    @Override
    List<String> mechanisms() {
        return List.of("plain", "login", "cram-md5", "scram-sha-256");
    }

    @Override
    boolean bearsChaining() {
        return false;
    }

    @Override
    void assertNotice(SampleSubmission mail) {
        assertThat(dovecot().relay().commands())
                .anyMatch(c -> c.startsWith("MAIL FROM:<shop@example.com>")
                        && c.contains("RET=HDRS")
                        && c.contains("ENVID=" + mail.messageId()))
                .anyMatch(c -> c.startsWith("RCPT TO:<jo@example.org>")
                        && c.contains("NOTIFY=SUCCESS,FAILURE,DELAY")
                        && c.contains("ORCPT=rfc822;jo@example.org"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"xoauth2", "oauthbearer"})
    void a_token_logs_in_and_one_of_another_user_does_not(String mechanism) {
        for (String user : List.of(PeerServer.USER, "eve")) {
            String uri = "smtp://" + PeerServer.USER + ":" + DovecotServer.token(user) + "@127.0.0.1:" + server().port()
                    + "?auth=" + mechanism;
            try (Transport transport = Clients.trusting(Clients.Shared.TLS, uri)) {
                Outcome outcome = Clients.send(
                                transport, PeerMail.of("by token").to("jo@example.org"))
                        .only();

                assertThat(outcome.kind())
                        .as(outcome.toString())
                        .isEqualTo(user.equals(PeerServer.USER) ? Kind.ACCEPTED : Kind.MISCONFIGURED);
            }
        }
    }

    @Test
    void lmtp_answers_for_each_recipient_and_keeps_what_it_takes() throws Exception {
        List<PeerMail> mails = PeerMail.BODIES.stream().map(PeerMail::of).toList();

        try (Transport transport = Clients.trusting(
                Clients.Shared.TLS, "lmtp://127.0.0.1:" + dovecot().lmtpPort() + "?tls=required")) {
            for (PeerMail mail : mails) {
                Outcomes outcomes = Clients.send(
                        transport,
                        mail.to("jo@example.org", "nobody@example.org", "full@example.org", "ann@example.org"));

                assertThat(outcomes.of("jo@example.org").kind()).isEqualTo(Kind.ACCEPTED);
                assertThat(outcomes.of("ann@example.org").kind()).isEqualTo(Kind.ACCEPTED);
                Outcome nobody = outcomes.of("nobody@example.org");
                assertThat(nobody.kind()).isEqualTo(Kind.REJECTED);
                assertThat(nobody.failure().phase()).isEqualTo(Phase.RCPT_TO);
                Outcome full = outcomes.of("full@example.org");
                assertThat(full.failure().enhancedCode()).hasToString("5.2.2");
                assertThat(full.failure().phase()).isEqualTo(Phase.FINAL_REPLY);
            }
        }
        for (String mailbox : List.of("jo", "ann")) {
            await().atMost(PeerFolder.PATIENCE)
                    .untilAsserted(() -> assertThat(dovecot().kept(mailbox)).hasSameSizeAs(mails));
            var kept = PeerMail.byMark(dovecot().kept(mailbox));
            for (PeerMail mail : mails) {
                assertThat(kept.get(mail.mark())).containsExactly(mail.arrived());
            }
        }
        assertThat(dovecot().kept("full")).isEmpty();
    }

    private DovecotServer dovecot() {
        return (DovecotServer) server();
    }
}
