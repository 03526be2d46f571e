// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.testkit.smtp.BlackHole;
import dev.mailer.testkit.smtp.Reaction;
import dev.mailer.testkit.smtp.Stage;
import dev.mailer.testkit.smtp.TestTls;
import java.net.InetAddress;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A host that does not let us in is no reason to wait while the domain has another (RFC 5321 §5.1). */
class MxNextHostTest {
    private static final class Once {
        static final TestTls TLS = TestTls.forNames("mx.example.org");
    }

    static Stream<Arguments> doors() {
        return Stream.of(
                greeting("421", Reaction.reply("421 4.3.2 closing")),
                greeting("421 and closed", Reaction.replyAndDrop("421 4.3.2 closing")),
                greeting("450", Reaction.reply("450 4.3.2 later")),
                greeting("554", Reaction.reply("554 5.3.2 no")),
                greeting("closed", Reaction.drop()),
                greeting("garbage", Reaction.raw("SSH-2.0-x\r\n")),
                ehlo("451", Reaction.reply("451 4.3.0 later")),
                ehlo("421", Reaction.reply("421 4.3.2 closing")),
                ehlo("554 and closed", Reaction.replyAndDrop("554 5.7.1 blocked")),
                ehlo("closed", Reaction.drop()),
                door(
                        "EHLO 502, HELO 502",
                        rig -> rig.server
                                .once(Stage.EHLO, Reaction.reply("502 5.5.1 what"))
                                .once(Stage.HELO, Reaction.reply("502 5.5.1 what"))));
    }

    private static Arguments greeting(String name, Reaction reaction) {
        return door("greeting: " + name, rig -> rig.server.once(Stage.GREETING, reaction));
    }

    private static Arguments ehlo(String name, Reaction reaction) {
        return door("EHLO: " + name, rig -> rig.server.once(Stage.EHLO, reaction));
    }

    private static Arguments door(String name, Consumer<MxRig> script) {
        return Arguments.of(name, script);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("doors")
    void the_next_host_takes_what_the_preferred_one_refuses_at_the_door(String name, Consumer<MxRig> script) {
        try (MxRig rig = withTwoHosts("127.0.0.1")) {
            script.accept(rig);

            Outcome outcome = rig.open("", Once.TLS).send("jo@two.example");

            assertTaken(rig, outcome, 2);
        }
    }

    @Test
    void the_next_host_takes_what_the_preferred_one_is_silent_about() {
        try (MxRig rig = withTwoHosts("127.0.0.1")) {
            rig.server.once(Stage.GREETING, Reaction.stall());

            Outcome outcome = rig.open("&readTimeout=2s", Once.TLS).send("jo@two.example");

            assertTaken(rig, outcome, 2);
        }
    }

    @Test
    void the_next_host_takes_what_the_preferred_one_never_hears_of() throws Exception {
        try (MxRig rig = withTwoHosts("127.0.0.9");
                BlackHole hole = new BlackHole(InetAddress.getByName("127.0.0.9"), rig.server.port())) {
            assertThat(hole.port()).isEqualTo(rig.server.port());

            Outcome outcome = rig.open("&connectTimeout=300ms", Once.TLS).send("jo@two.example");

            assertTaken(rig, outcome, 1);
        }
    }

    private static MxRig withTwoHosts(String preferred) {
        MxRig rig = new MxRig();
        rig.dns
                .mx("two.example", 10, "door.two.example")
                .mx("two.example", 20, "mx.example.org")
                .address("door.two.example", preferred);
        return rig;
    }

    private static void assertTaken(MxRig rig, Outcome outcome, int sessions) {
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.ACCEPTED);
        assertThat(rig.server.mails()).hasSize(1);
        assertThat(rig.server.sessions()).hasSize(sessions);
    }
}
