// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.Email;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Draft;
import dev.mailer.api.spi.MailerPlugin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** What templates and plugins put into a header after the mail was accepted cannot add a field, and ends only its own mail. */
class HeaderInjectionTest {
    private static final List<String> VALUES = List.of(
            "\r",
            "\n",
            "\r\n",
            "\r\nBcc: x@example.com",
            "\nBcc: x@example.com",
            "\rBcc: x@example.com",
            "\r\n\r\n<b>body</b>",
            "\0",
            "\u0085Bcc: x@example.com",
            "\u2028Bcc: x@example.com",
            "\u560D\u560ABcc: x@example.com",
            "%0d%0aBcc: x@example.com",
            "=?utf-8?Q?=0D=0ABcc:_x@example.com?=",
            "\uD83D",
            "\uDE00");

    private static final Map<String, BiConsumer<Draft, String>> EDITS = new LinkedHashMap<>();

    static {
        EDITS.put("subject", (draft, value) -> draft.setHeader("Subject", value));
        EDITS.put("field set", (draft, value) -> draft.setHeader("X-Own", value));
        EDITS.put("field added", (draft, value) -> draft.addHeader("X-Own", value));
        EDITS.put("field name set", (draft, value) -> draft.setHeader("X-" + value, "x"));
        EDITS.put("field name added", (draft, value) -> draft.addHeader("X-" + value, "x"));
        EDITS.put("address name", (draft, value) -> draft.setHeader("To", "\"" + value + "\" <jo@example.org>"));
        EDITS.put("address", (draft, value) -> draft.setHeader("Reply-To", value + "@example.org"));
        EDITS.put(
                "unsubscribe address",
                (draft, value) -> draft.setHeader("List-Unsubscribe", "<https://example.com/" + value + ">"));
    }

    /** Warns, with a trace, of each mail that cannot be prepared. */
    private final Logger warnings = (Logger) LoggerFactory.getLogger("dev.mailer.core.internal.engine.JobRunner");

    private final StubTransport transport = new StubTransport();
    private final Rig rig = new Rig().with(m -> m.transport(transport));

    @TempDir
    Path templates;

    @BeforeEach
    void hush() {
        warnings.setLevel(Level.ERROR);
    }

    @AfterEach
    void close() {
        rig.close();
        warnings.setLevel(null);
    }

    static Stream<Arguments> edits() {
        return EDITS.keySet().stream().flatMap(e -> Stream.of(Arguments.of(e, false), Arguments.of(e, true)));
    }

    @ParameterizedTest(name = "{0}, raw {1}")
    @MethodSource("edits")
    void an_edit_adds_no_field(String edit, boolean raw) {
        rig.with(m -> m.install(MailerPlugin.of(
                "edits",
                context -> context.interceptor(draft -> {
                    String recipient = draft.recipients().get(0).address().localPart();
                    if (recipient.startsWith("v")) {
                        EDITS.get(edit).accept(draft, "a" + VALUES.get(Integer.parseInt(recipient.substring(1))) + "b");
                    }
                }))));
        List<String> usual = names(sent(rig.send(mail("usual@example.org", raw))));

        for (int i = 0; i < VALUES.size(); i++) {
            assertNothingAdded(rig.send(mail("v" + i + "@example.org", raw)), usual);
        }
        sent(rig.send(mail("last@example.org", raw)));
    }

    @Test
    void a_variable_in_the_subject_of_a_template_adds_no_field() throws IOException {
        Files.createDirectories(templates.resolve("order"));
        Files.writeString(templates.resolve("order/subject.vm"), "Order $x");
        Files.writeString(templates.resolve("order/text.vm"), "It is on its way.");
        rig.with(m -> m.templates(templates));
        List<String> usual = names(sent(rig.send(templated("1"))));

        for (String value : VALUES) {
            MessageId id;
            try {
                id = rig.send(templated("a" + value + "b"));
            } catch (InvalidEmailException e) {
                continue;
            }
            assertNothingAdded(id, usual);
        }
        sent(rig.send(templated("2")));
    }

    private static Email.Builder templated(String value) {
        return Email.builder().from("shop@example.com").to("jo@example.org").template("order", Map.of("x", value));
    }

    private static Email.Builder mail(String to, boolean raw) {
        String mime = "From: shop@example.com\r\nTo: " + to
                + "\r\nSubject: Your order\r\nDate: Thu, 01 Jan 2026 12:00:00 +0000\r\n\r\nIt is on its way.\r\n";
        return raw
                ? Email.builder().from("shop@example.com").to(to).raw(mime.getBytes(StandardCharsets.US_ASCII))
                : Rig.mail(to);
    }

    /** The mail ended without being sent, or has the usual fields and at most the one that was asked for. */
    private void assertNothingAdded(MessageId id, List<String> usual) {
        Rig.until("the mail has ended", () -> rig.delivery(id).state().isFinal());
        DeliveryStatus end = rig.delivery(id);
        List<String> wires = wires(id);
        if (end.state() != DeliveryState.SENT) {
            assertThat(wires).as(end.toString()).isEmpty();
            assertThat(end.state()).isEqualTo(DeliveryState.FAILED);
            assertThat(end.failure().text().chars()).noneMatch(Character::isISOControl);
            return;
        }
        String wire = wires.get(0);
        assertThat(wire.replace("\r\n", "")).doesNotContain("\r", "\n", "\0");
        List<String> added = new ArrayList<>(names(wire));
        usual.forEach(added::remove);
        assertThat(added)
                .hasSizeLessThanOrEqualTo(1)
                .allMatch(name -> name.startsWith("X-") || name.equals("Reply-To") || name.equals("List-Unsubscribe"));
        assertThat(wire.substring(wire.indexOf("\r\n\r\n"))).isEqualTo("\r\n\r\nIt is on its way.\r\n");
    }

    private String sent(MessageId id) {
        rig.await(id, DeliveryState.SENT);
        return wires(id).get(0);
    }

    private List<String> wires(MessageId id) {
        return transport.tried().stream()
                .filter(t -> t.messageIdHeader().contains(id.toString()))
                .map(t -> t.content().asUtf8())
                .toList();
    }

    private static List<String> names(String wire) {
        return wire.substring(0, wire.indexOf("\r\n\r\n"))
                .lines()
                .filter(line -> !line.startsWith(" ") && !line.startsWith("\t"))
                .map(line -> line.substring(0, line.indexOf(':')))
                .toList();
    }
}
