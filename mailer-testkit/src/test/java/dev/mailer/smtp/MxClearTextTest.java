// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Outcome.Scope;
import dev.mailer.testkit.smtp.Reaction;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import dev.mailer.testkit.smtp.Stage;
import dev.mailer.testkit.smtp.TestTls;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Hosts whose domain demands TLS, and whoever stands between them and us, get no mail in clear text out of us. */
class MxClearTextTest {
    private static final class Once {
        static final TestTls TLS = TestTls.forNames("mx.example.org");
    }

    static Stream<Arguments> strippings() {
        return Stream.of("enforce", "dane")
                .flatMap(demand -> Stream.of(
                        Arguments.of(demand, "refused for now", Reaction.reply("454 4.7.0 not now")),
                        Arguments.of(demand, "not known", Reaction.reply("502 5.5.1 what")),
                        Arguments.of(demand, "agreed to, and cut", Reaction.replyAndDrop("220 2.0.0 go on")),
                        Arguments.of(demand, "agreed to, and silence", Reaction.replyAndStall("220 2.0.0 go on"))));
    }

    @ParameterizedTest(name = "{0}: STARTTLS {1}")
    @MethodSource("strippings")
    void what_becomes_of_starttls_is_no_reason_to_do_without(String demand, String what, Reaction reaction) {
        try (MxRig rig = rig(MxRig.withStartTls(Once.TLS), demand)) {
            rig.server.always(Stage.STARTTLS, reaction);

            assertKept(rig, rig.open("&tlsTimeout=300ms", Once.TLS).send("jo@example.org"));

            rig.server.behave();
            Outcome later = rig.open("", Once.TLS).send("al@example.org");
            assertThat(later.kind()).as(later.toString()).isEqualTo(Kind.ACCEPTED);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("demands")
    void a_host_that_does_not_offer_starttls_gets_nothing(String demand) {
        try (MxRig rig = rig(new MxRig(ScriptedSmtpServer.start()), demand)) {
            Outcome outcome = rig.open("", Once.TLS).send("jo@example.org");

            assertKept(rig, outcome);
            assertThat(outcome.failure().reason()).isEqualTo(Opening.TLS_UNAVAILABLE);
        }
    }

    static List<String> demands() {
        return List.of("enforce", "dane");
    }

    @Test
    void a_name_in_the_subject_of_a_certificate_is_none() {
        TestTls bySubject = TestTls.commonName("mx.example.org");
        try (MxRig rig = rig(MxRig.withStartTls(bySubject), "enforce")) {
            Outcome outcome = rig.open("", bySubject).send("jo@example.org");

            assertKept(rig, outcome);
            assertThat(outcome.failure().reason()).as(outcome.toString()).isEqualTo("tls-untrusted");
        }
    }

    private static MxRig rig(MxRig rig, String demand) {
        return demand.equals("dane") ? rig.dane(Once.TLS) : rig.policy("enforce", "mx.example.org");
    }

    private static void assertKept(MxRig rig, Outcome outcome) {
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.DEFERRED);
        assertThat(outcome.scope()).isEqualTo(Scope.DESTINATION);
        assertThat(outcome.failure().phase()).as(outcome.toString()).isEqualTo(Phase.TLS);
        assertThat(rig.server.mails()).isEmpty();
        assertThat(rig.server.sessions())
                .as("one try, and no word of the mail")
                .hasSize(1)
                .noneMatch(session -> session.commands().stream().anyMatch(c -> c.startsWith("MAIL")));
    }
}
