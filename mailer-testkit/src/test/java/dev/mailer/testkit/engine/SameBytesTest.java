// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Attachment;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Draft;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.MessageSigner;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.PluginContext;
import dev.mailer.api.spi.SendInterceptor;
import dev.mailer.core.Stores;
import dev.mailer.testkit.WrappingTransform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A mail is the same mail on every attempt and in every process, so that receivers can tell a copy from another mail. */
class SameBytesTest {
    @TempDir
    Path folder;

    /** What a mail is made of. */
    private enum Kind {
        COMPOSED,
        TEMPLATED,
        RAW,
        EDITED,
        EDITED_FOR_EACH,
        TRANSFORMED,
        SIGNED,
        SIGNED_TEMPLATED,
        SIGNED_EDITED_RAW,
        SIGNED_TRANSFORMED,
        SIGNED_TRANSFORMED_RAW;

        Email.Builder mail() {
            return switch (this) {
                case TEMPLATED, SIGNED_TEMPLATED -> templated();
                case RAW, SIGNED_EDITED_RAW, SIGNED_TRANSFORMED_RAW -> raw();
                default -> composed();
            };
        }

        boolean isEdited() {
            return name().contains("EDITED");
        }

        boolean isTransformed() {
            return name().contains("TRANSFORMED");
        }

        boolean isSigned() {
            return name().contains("SIGNED");
        }

        void configure(PluginContext plugin) {
            if (isEdited()) {
                plugin.interceptor(this == EDITED_FOR_EACH ? new ForEach() : SameBytesTest::edit);
            }
            if (isTransformed()) {
                plugin.transform(new WrappingTransform());
            }
            if (isSigned()) {
                plugin.signer(SameBytesTest::sign);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void every_attempt_in_every_process_has_the_same_bytes(Kind kind) throws Exception {
        StubTransport first = new StubTransport().answering(t -> StubTransport.later(Outcome.Scope.MESSAGE));
        MessageId id;
        try (Rig rig = rig(kind, first, "Hello $name,")) {
            id = rig.send(kind.mail());
            for (int attempt = 1; attempt <= 2; attempt++) {
                int expected = attempt;
                Rig.until(
                        "attempt " + attempt,
                        () -> rig.mailer().find(id).deliveries().stream()
                                .allMatch(d -> d.attempts() == expected && d.state() == DeliveryState.DEFERRED));
                rig.clock.advance(Rig.FIRST_RETRY.multipliedBy(attempt));
            }
        }
        StubTransport second = new StubTransport();
        try (Rig rig = rig(kind, second, "The template is another by now, $name.")) {
            rig.with(m -> m.hostName("elsewhere.example.com"));
            rig.mailer();
            rig.clock.advance(Duration.ofHours(2));
            Rig.until("it is sent", () -> rig.mailer().find(id).isSent());
        }

        List<StubTransport.Tried> tried = new ArrayList<>(first.tried());
        tried.addAll(second.tried());
        check(kind, tried);
    }

    private static void check(Kind kind, List<StubTransport.Tried> tried) {
        Map<String, Set<Bytes>> byRecipient = new HashMap<>();
        Set<Bytes> all = new HashSet<>();
        for (StubTransport.Tried t : tried) {
            t.recipients()
                    .forEach(r ->
                            byRecipient.computeIfAbsent(r, k -> new HashSet<>()).add(t.content()));
            all.add(t.content());
        }
        assertThat(tried).hasSizeGreaterThanOrEqualTo(3);
        assertThat(byRecipient.keySet()).containsExactlyInAnyOrder("jo@example.org", "ann@example.org");
        assertThat(byRecipient.values())
                .allSatisfy(contents -> assertThat(contents).hasSize(1));
        assertThat(all).hasSize(kind == Kind.EDITED_FOR_EACH ? 2 : 1);
        for (Bytes content : all) {
            String text = new String(content.toByteArray(), StandardCharsets.ISO_8859_1);
            assertThat(text.contains("=_wrapped")).isEqualTo(kind.isTransformed());
            assertThat(text.contains("X-Edited: ")).isEqualTo(kind.isEdited());
            assertThat(text.startsWith("X-Signature: ")).isEqualTo(kind.isSigned());
            if (text.startsWith("X-Signature: ")) {
                int end = text.indexOf("\r\n") + 2;
                assertThat(text.substring(0, end))
                        .startsWith("X-Signature: " + hash(text.substring(end).getBytes(StandardCharsets.ISO_8859_1)));
            }
        }
    }

    private Rig rig(Kind kind, StubTransport transport, String template) throws IOException {
        Path templates = folder.resolve("templates");
        Path greeting = Files.createDirectories(templates.resolve("greeting"));
        Files.writeString(greeting.resolve("text.vm"), template);
        Files.writeString(
                greeting.resolve("html.de.vm"),
                "<style>p{margin:0}</style><p>$msg.get('bye', 1.5) " + template + "</p>");
        Files.writeString(templates.resolve("layout.html.vm"), "<html>" + template.length() + " $content</html>");
        Files.writeString(templates.resolve("messages_de.properties"), "bye=Tschüs {0} " + template.length());
        Rig rig = new Rig()
                .with(m -> m.transport(transport)
                        .templates(folder.resolve("templates"))
                        .install(MailerPlugin.of("kind", kind::configure)));
        return rig.store(Stores.open("sqlite:" + folder.resolve("ledger.db"), rig.clock));
    }

    private static Email.Builder composed() {
        return Email.builder()
                .from("Größe & Söhne <shop@example.com>")
                .to("Jö <jo@example.org>")
                .cc("ann@example.org")
                .subject("Grüße aus Köln ".repeat(9))
                .text("Hallo, Welt!\n.\nGröße: 42")
                .html("<p>Hallo, <b>Welt</b>! Größe: 42</p>")
                .header("X-Order", "4711")
                .attach(Attachment.of("Rechnung für März.txt", "zwölf".getBytes(StandardCharsets.UTF_8)));
    }

    private static Email.Builder templated() {
        return Email.builder()
                .from("shop@example.com")
                .to("jo@example.org", "ann@example.org")
                .subject("Grüße")
                .locale(Locale.GERMANY)
                .template("greeting", Map.of("name", "Jö"));
    }

    private static Email.Builder raw() {
        return Email.builder()
                .from("shop@example.com")
                .to("jo@example.org", "ann@example.org")
                .raw("From: shop@example.com\r\nTo: jo@example.org\r\nSubject: raw\r\n\r\n.\r\nas it is\n"
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private static void edit(Draft draft) {
        draft.addHeader("X-Edited", draft.messageId().toString());
    }

    /** Edits for one recipient. */
    private static final class ForEach implements SendInterceptor {
        @Override
        public void edit(Draft draft) {
            draft.addHeader("X-Edited", Long.toString(draft.recipients().get(0).deliveryId()));
            draft.text(draft.text() + "\nfor you alone");
        }

        @Override
        public boolean perRecipient(Draft draft) {
            return true;
        }

        @Override
        public boolean usuallyPerRecipient(String tenant, String stream) {
            return true;
        }
    }

    private static String sign(String domain, long signedAt, MessageSigner.Message message) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        message.writeTo(bytes);
        return "X-Signature: " + hash(bytes.toByteArray()) + "; d=" + domain + "; t=" + signedAt + "\r\n";
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
