// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Outcome.Scope;
import dev.mailer.testkit.smtp.Reaction;
import dev.mailer.testkit.smtp.RecordedSession;
import dev.mailer.testkit.smtp.Stage;
import dev.mailer.testkit.smtp.TestTls;
import org.junit.jupiter.api.Test;

/** What becomes of mail where TLS is required of all hosts. */
class MxTlsRequiredTest {
    private static final class Once {
        static final TestTls TLS = TestTls.forNames("mx.example.org");
    }

    @Test
    void a_host_without_it_gets_no_mail() {
        try (MxRig rig = new MxRig().open("&tls=required", Once.TLS)) {
            Outcome outcome = rig.send("jo@example.org");

            assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
            assertThat(outcome.scope()).isEqualTo(Scope.DESTINATION);
            assertThat(outcome.failure().reason()).isEqualTo("tls-unavailable");
            assertThat(rig.server.mails()).isEmpty();
        }
    }

    @Test
    void any_certificate_will_do() {
        try (MxRig rig =
                MxRig.withStartTls(TestTls.forNames("elsewhere.example")).open("&tls=required", Once.TLS)) {
            assertThat(rig.send("jo@example.org").kind()).isEqualTo(Kind.ACCEPTED);

            assertThat(rig.server.sessions())
                    .extracting(RecordedSession::secure)
                    .containsExactly(true);
        }
    }

    @Test
    void a_handshake_that_fails_is_not_followed_by_clear_text() {
        try (MxRig rig = MxRig.withStartTls(Once.TLS)) {
            rig.server.always(Stage.STARTTLS, Reaction.reply("454 4.7.0 not now"));
            rig.open("&tls=required", Once.TLS);

            assertThat(rig.send("jo@example.org").kind()).isEqualTo(Kind.DEFERRED);
            assertThat(rig.server.mails()).isEmpty();

            rig.open("", Once.TLS);
            assertThat(rig.send("al@example.org").kind()).isEqualTo(Kind.ACCEPTED);
        }
    }

    @Test
    void a_policy_in_testing_does_not_let_clear_text_through() {
        try (MxRig rig = new MxRig().policy("testing", "mx.example.org").open("&tls=required", Once.TLS)) {
            assertThat(rig.send("jo@example.org").failure().reason()).isEqualTo("tls-unavailable");
            assertThat(rig.server.mails()).isEmpty();
        }
    }
}
