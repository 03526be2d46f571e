// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every string that can reach a header or an SMTP command, times every way to break out of its line. */
class InjectionMatrixTest {
    /** What ends a line or a text somewhere, or is no text at all. */
    private static final Map<String, String> DANGEROUS = Map.of(
            "CR", "\r",
            "LF", "\n",
            "CRLF", "\r\n",
            "CRLF and a command", "\r\nRCPT TO:<x@example.com>",
            "NUL", "\0",
            "high surrogate", "\uD83D",
            "low surrogate", "\uDE00",
            "surrogates the wrong way round", "\uDE00\uD83D");
    /** What only looks like a line end: to other standards, after a cut to eight bits, or once decoded. */
    private static final Map<String, String> HARMLESS = Map.of(
            "line separator", "\u2028",
            "next line", "\u0085",
            "cut to CR LF", "\u560D\u560A",
            "percent-encoded", "%0d%0a",
            "backslashes", "\\r\\n",
            "entities", "&#13;&#10;",
            "surrogate pair", "\uD83D\uDE00");

    /** How a value gets in, and how what was kept of it is read. */
    private record Entry(String field, Function<String, String> keep) {}

    private static final Map<String, Entry> ENTRIES = entries();

    private static Map<String, Entry> entries() {
        Map<String, Entry> all = new LinkedHashMap<>();
        mailbox(all, "from", b -> b::from, e -> e.from());
        mailbox(all, "to", b -> m -> b.to(m), e -> e.to().get(1));
        mailbox(all, "cc", b -> m -> b.cc(m), e -> e.cc().get(0));
        mailbox(all, "bcc", b -> m -> b.bcc(m), e -> e.bcc().get(0));
        mailbox(all, "replyTo", b -> m -> b.replyTo(m), e -> e.replyTo().get(0));
        mailbox(all, "returnPath", b -> b::returnPath, e -> e.returnPath());
        add(all, "subject", "subject", v -> mail().subject(v).build().subject());
        add(
                all,
                "header name",
                "header",
                v -> mail("").header(v, "x").build().headers().get(0).name());
        add(
                all,
                "header value",
                "header",
                v -> mail("").header("X-A", v).build().headers().get(0).value());
        add(
                all,
                "tag name",
                "tags",
                v -> only(mail("").tag(v, "x").build().tags().keySet()));
        add(
                all,
                "tag value",
                "tags",
                v -> only(mail("").tag("x", v).build().tags().values()));
        add(
                all,
                "metadata key",
                "metadata",
                v -> only(mail("").metadata(v, "x").build().metadata().keySet()));
        add(
                all,
                "metadata value",
                "metadata",
                v -> only(mail("").metadata("x", v).build().metadata().values()));
        add(all, "stream", "stream", v -> mail("").stream(v).build().stream());
        add(all, "tenant", "tenant", v -> mail("").tenant(v).build().tenant());
        add(
                all,
                "idempotency key",
                "idempotencyKey",
                v -> mail("").idempotencyKey(v).build().idempotencyKey());
        add(all, "template", "template", v -> templated(v, null).template());
        add(all, "template version", "templateVersion", v -> templated("x", v).version());
        add(all, "file name", "attachments", v -> Attachment.of(v, new byte[0]).fileName());
        add(
                all,
                "content type",
                "attachments",
                v -> Attachment.of("x", v, new byte[0]).contentType());
        add(
                all,
                "parameter of a content type",
                "attachments",
                v -> Attachment.of("x", "text/plain; name=" + v, new byte[0])
                        .contentType()
                        .substring(17));
        add(
                all,
                "content id",
                "attachments",
                v -> Attachment.of("x", new byte[0]).inline(v).contentId());
        return all;
    }

    private static void add(Map<String, Entry> all, String name, String field, Function<String, String> keep) {
        all.put(name, new Entry(field, keep));
    }

    /** A mailbox takes text in its name, its local part and its domain. */
    private static void mailbox(
            Map<String, Entry> all,
            String field,
            Function<Email.Builder, Function<String, Email.Builder>> set,
            Function<Email, Address> get) {
        Function<String, Address> put = m -> {
            Email.Builder b = Email.builder().to("jo@example.org").subject("x").text("x");
            if (!field.equals("from")) {
                b.from("shop@example.com");
            }
            return get.apply(set.apply(b).apply(m).build());
        };
        add(
                all,
                field + " name",
                field,
                v -> put.apply("a" + v + "b <jo@example.org>").name());
        add(
                all,
                field + " quoted name",
                field,
                v -> put.apply("\"a" + v + "b\" <jo@example.org>").name());
        add(
                all,
                field + " local part",
                field,
                v -> put.apply("a" + v + "b@example.org").spec());
        add(
                all,
                field + " quoted local part",
                field,
                v -> put.apply("\"a" + v + "b\"@example.org").spec());
        add(
                all,
                field + " domain",
                field,
                v -> put.apply("jo@a" + v + "b.example.org").spec());
        add(all, field + " end", field, v -> put.apply("jo@example.org" + v).spec());
    }

    private static Email.Builder mail() {
        return Email.builder().from("shop@example.com").to("jo@example.org").text("x");
    }

    private static Email.Builder mail(String subject) {
        return mail().subject(subject);
    }

    private static Content.Templated templated(String name, String version) {
        Email.Builder b =
                Email.builder().from("shop@example.com").to("jo@example.org").template(name, Map.of());
        return (Content.Templated)
                (version == null ? b : b.templateVersion(version)).build().content();
    }

    private static String only(Iterable<String> strings) {
        return strings.iterator().next();
    }

    private static Stream<Arguments> times(Map<String, String> values) {
        return ENTRIES.keySet().stream().flatMap(e -> values.keySet().stream().map(v -> Arguments.of(e, v)));
    }

    static Stream<Arguments> dangerous() {
        return times(DANGEROUS);
    }

    static Stream<Arguments> harmless() {
        return times(HARMLESS);
    }

    @ParameterizedTest(name = "{1} in {0}")
    @MethodSource("dangerous")
    void what_ends_a_line_is_refused_with_the_field(String name, String what) {
        Entry entry = ENTRIES.get(name);
        String value = DANGEROUS.get(what);

        for (String placed : new String[] {value, "a" + value, value + "b", "a" + value + "b"}) {
            assertThatExceptionOfType(InvalidEmailException.class)
                    .isThrownBy(() -> entry.keep().apply(placed))
                    .satisfies(e -> assertThat(e.field()).isEqualTo(entry.field()))
                    .satisfies(e -> assertThat(e.getMessage()).startsWith(entry.field() + ": "))
                    .satisfies(e -> assertThat(e.getMessage().chars().filter(Character::isISOControl))
                            .as("control characters in the message")
                            .isEmpty());
        }
    }

    @ParameterizedTest(name = "{1} in {0}")
    @MethodSource("harmless")
    void what_only_looks_like_a_line_end_is_kept_or_refused(String name, String what) {
        Entry entry = ENTRIES.get(name);
        String value = HARMLESS.get(what);

        String kept;
        try {
            kept = entry.keep().apply("a" + value + "b");
        } catch (InvalidEmailException e) {
            assertThat(e.field()).isEqualTo(entry.field());
            return;
        }
        assertThat(kept.chars()).doesNotContain((int) '\r', (int) '\n', 0);
        // a domain becomes an A-label, and a backslash between quotes stands for the character behind it
        if (!name.endsWith("domain") && !name.endsWith("end") && !name.contains("quoted")) {
            assertThat(kept).contains(value);
        }
    }

    @ParameterizedTest
    @MethodSource("free_text")
    void free_text_keeps_what_only_looks_like_a_line_end(String name) {
        HARMLESS.values()
                .forEach(v -> assertThat(ENTRIES.get(name).keep().apply("a" + v + "b"))
                        .isEqualTo("a" + v + "b"));
    }

    static Stream<String> free_text() {
        return Stream.of(
                "subject",
                "header value",
                "tag name",
                "tag value",
                "metadata key",
                "metadata value",
                "idempotency key",
                "template",
                "template version");
    }
}
