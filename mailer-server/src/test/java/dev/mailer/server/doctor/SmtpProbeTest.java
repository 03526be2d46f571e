// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.smtp.SmtpProbe;
import dev.mailer.testkit.smtp.Reaction;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import dev.mailer.testkit.smtp.Stage;
import dev.mailer.testkit.smtp.TestTls;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class SmtpProbeTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static SmtpProbe.Report probe(String uri, TestTls tls, Duration limit) {
        return SmtpProbe.run(
                TransportUri.parse(uri),
                new ProbeContext(InstantSource.system(), "localhost"),
                tls.clientContext(),
                limit);
    }

    @Test
    void a_good_server_shows_tls_certificate_extensions_and_login() {
        TestTls tls = TestTls.localhost();
        try (ScriptedSmtpServer server = ScriptedSmtpServer.builder()
                .startTls(tls)
                .credentials("jo", "secret")
                .start()) {
            SmtpProbe.Report report = probe("smtp://jo:secret@localhost:" + server.port(), tls, LIMIT);

            assertThat(report.phase()).as("%s", report.failure()).isNull();
            assertThat(report.protocol()).isEqualTo("TLSv1.3");
            assertThat(report.certificate()).isNotNull();
            assertThat(report.extensions()).contains("SIZE 52428800", "AUTH PLAIN LOGIN");
            assertThat(report.user()).isEqualTo("jo");
            assertThat(server.mails()).isEmpty();
        }
    }

    @Test
    void a_certificate_of_another_name_fails_in_tls() {
        TestTls tls = TestTls.otherHost();
        try (ScriptedSmtpServer server =
                ScriptedSmtpServer.builder().startTls(tls).start()) {
            SmtpProbe.Report report = probe("smtp://localhost:" + server.port() + "?tls=required", tls, LIMIT);

            assertThat(report.phase()).isEqualTo(Phase.TLS);
            assertThat(report.failure()).isNotNull();
            assertThat(report.failure().text()).contains("localhost");
        }
    }

    @Test
    void a_server_that_hangs_is_given_up() {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
            server.once(Stage.GREETING, Reaction.stall());

            SmtpProbe.Report report = probe(server.uri(), TestTls.otherHost(), Duration.ofMillis(300));

            assertThat(report.phase()).isEqualTo(Phase.CONNECT);
        }
    }
}
