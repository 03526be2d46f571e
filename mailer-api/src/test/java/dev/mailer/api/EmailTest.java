// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailTest {
    private static final Instant NOON = Instant.parse("2026-09-05T12:00:00Z");
    private static final byte[] MIME = "From: a@example.com\r\n\r\nHello\r\n".getBytes(StandardCharsets.US_ASCII);

    private static Email.Builder minimal() {
        return Email.builder()
                .from("shop@example.com")
                .to("jo@example.org")
                .subject("Hello")
                .text("Hi");
    }

    private static Email.Builder full() {
        return Email.builder()
                .from("Shop <shop@example.com>")
                .to("Jo <jo@example.org>", "al@example.org")
                .cc("cc@example.org")
                .bcc("bcc@example.org")
                .replyTo("help@example.com")
                .returnPath("bounces@example.com")
                .subject("Hello")
                .text("Hi")
                .html("<p>Hi</p>")
                .attach(Attachment.of("a.txt", new byte[] {1}))
                .header("X-Order", "4711")
                .tag("campaign", "spring")
                .metadata("order", "4711")
                .stream("broadcast")
                .tenant("acme")
                .sendAt(NOON)
                .expiresAt(NOON.plusSeconds(1))
                .idempotencyKey("order-4711")
                .ambiguityPolicy(AmbiguityPolicy.HOLD);
    }

    private static void assertRefused(String message, Runnable call) {
        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(call::run)
                .withMessage(message)
                .satisfies(e -> assertThat(message).startsWith(e.field() + ": "));
    }

    @Test
    void what_is_not_given_has_its_default() {
        Email email = minimal().build();

        assertThat(email.stream()).isEqualTo("transactional");
        assertThat(email.tenant()).isEqualTo("default");
        assertThat(email.ambiguityPolicy()).isEqualTo(AmbiguityPolicy.RESEND);
        assertThat(email.cc()).isEmpty();
        assertThat(email.bcc()).isEmpty();
        assertThat(email.replyTo()).isEmpty();
        assertThat(email.headers()).isEmpty();
        assertThat(email.tags()).isEmpty();
        assertThat(email.metadata()).isEmpty();
        assertThat(email.returnPath()).isNull();
        assertThat(email.sendAt()).isNull();
        assertThat(email.expiresAt()).isNull();
        assertThat(email.idempotencyKey()).isNull();
        assertThat(email.content()).isEqualTo(new Content.Literal("Hi", null, List.of()));
    }

    @Test
    void what_is_given_is_kept() {
        Email email = full().build();

        assertThat(email.from()).isEqualTo(Address.of("Shop", "shop@example.com"));
        assertThat(email.to()).containsExactly(Address.of("Jo", "jo@example.org"), Address.of("al@example.org"));
        assertThat(email.recipients())
                .extracting(Address::spec)
                .containsExactly("jo@example.org", "al@example.org", "cc@example.org", "bcc@example.org");
        assertThat(email.replyTo()).containsExactly(Address.of("help@example.com"));
        assertThat(email.returnPath()).isEqualTo(Address.of("bounces@example.com"));
        assertThat(email.subject()).isEqualTo("Hello");
        assertThat(email.headers()).containsExactly(new Header("X-Order", "4711"));
        assertThat(email.tags()).containsExactly(Map.entry("campaign", "spring"));
        assertThat(email.metadata()).containsExactly(Map.entry("order", "4711"));
        assertThat(email.stream()).isEqualTo("broadcast");
        assertThat(email.tenant()).isEqualTo("acme");
        assertThat(email.sendAt()).isEqualTo(NOON);
        assertThat(email.expiresAt()).isEqualTo(NOON.plusSeconds(1));
        assertThat(email.idempotencyKey()).isEqualTo("order-4711");
        assertThat(email.ambiguityPolicy()).isEqualTo(AmbiguityPolicy.HOLD);
        assertThat(email.content())
                .isInstanceOfSatisfying(
                        Content.Literal.class, c -> assertThat(c.attachments()).hasSize(1));
    }

    @Test
    void a_builder_made_from_a_mail_makes_the_same_mail() {
        Email email = full().build();
        Email templated = Email.builder()
                .from("a@example.com")
                .to("b@example.org")
                .template("welcome", Map.of("name", "Jo"))
                .templateVersion("3")
                .build();
        Email raw = Email.builder()
                .from("a@example.com")
                .to("b@example.org")
                .raw(MIME)
                .build();

        assertThat(email.toBuilder().build()).usingRecursiveComparison().isEqualTo(email);
        assertThat(templated.toBuilder().build()).usingRecursiveComparison().isEqualTo(templated);
        assertThat(raw.toBuilder().build().content()).isSameAs(raw.content());
    }

    @Test
    void a_builder_made_from_a_mail_refuses_to_set_a_field_again() {
        Email.Builder builder = full().build().toBuilder();

        assertRefused("subject: was already set", () -> builder.subject("Other"));
    }

    @Test
    void a_mail_does_not_change_with_its_builder() {
        Email.Builder builder = minimal();
        Email before = builder.build();

        builder.cc("late@example.org")
                .header("X-Late", "1")
                .tag("late", "1")
                .metadata("late", "1")
                .attach(Attachment.of("late.txt", new byte[0]));

        assertThat(before.recipients()).hasSize(1);
        assertThat(before.headers()).isEmpty();
        assertThat(before.tags()).isEmpty();
        assertThat(before.metadata()).isEmpty();
        assertThat(((Content.Literal) before.content()).attachments()).isEmpty();
        assertThat(builder.build().recipients()).hasSize(2);
    }

    @Test
    void the_lists_of_a_mail_cannot_be_changed() {
        Email email = full().build();

        assertThat(email.to()).isUnmodifiable();
        assertThat(email.cc()).isUnmodifiable();
        assertThat(email.bcc()).isUnmodifiable();
        assertThat(email.recipients()).isUnmodifiable();
        assertThat(email.replyTo()).isUnmodifiable();
        assertThat(email.headers()).isUnmodifiable();
        assertThat(email.tags()).isUnmodifiable();
        assertThat(email.metadata()).isUnmodifiable();
    }

    @Test
    void a_mail_does_not_change_with_the_variables_it_was_given() {
        List<String> items = new ArrayList<>(List.of("book"));
        Email email = Email.builder()
                .from("a@example.com")
                .to("b@example.org")
                .template("order", Map.of("items", items))
                .build();

        items.add("pen");

        assertThat(((Content.Templated) email.content()).variables()).isEqualTo(Map.of("items", List.of("book")));
        assertThat(((Content.Templated) email.toBuilder().build().content()).variables())
                .isEqualTo(Map.of("items", List.of("book")));
    }

    @Test
    void a_language_is_kept_as_its_tag_says() {
        Email email = literal().locale("DE-at").build();

        assertThat(email.locale()).isEqualTo(Locale.forLanguageTag("de-AT"));
        assertThat(email.toBuilder().build().locale()).isEqualTo(email.locale());
        assertThat(literal().locale(Locale.GERMAN).build().locale()).isEqualTo(Locale.GERMAN);
        assertThat(literal().build().locale()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "de_AT", "und", "de-u-nu-arab", "x-mine", "de\r\nBcc: x", "../de", "deutschdeutsch"})
    void what_is_no_language_is_refused(String tag) {
        assertThatThrownBy(() -> Email.builder().locale(tag))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessageStartingWith("locale: ");
    }

    @Test
    void a_locale_without_a_language_or_with_extensions_is_refused() {
        assertRefused(
                "locale: is ''; expected a language such as de, de-AT or zh-Hant-TW, without extensions",
                () -> Email.builder().locale(Locale.ROOT));
        assertThatThrownBy(() -> Email.builder().locale(Locale.forLanguageTag("th-TH-u-ca-buddhist")))
                .isInstanceOf(InvalidEmailException.class);
        assertThatThrownBy(() -> Email.builder()
                        .locale(new Locale.Builder().setRegion("AT").build()))
                .isInstanceOf(InvalidEmailException.class);
    }

    @Test
    void a_text_is_made_only_from_html_and_only_where_there_is_none() {
        assertThat(literalHtml().textFromHtml().build().toBuilder().build().textFromHtml())
                .isTrue();
        assertThat(literalHtml().build().textFromHtml()).isFalse();
        assertRefused(
                "textFromHtml: needs html and excludes text",
                () -> literalHtml().text("x").textFromHtml().build());
        assertRefused(
                "textFromHtml: needs html and excludes text",
                () -> literal().textFromHtml().build());
    }

    private static Email.Builder literal() {
        return Email.builder()
                .from("a@example.com")
                .to("b@example.org")
                .subject("s")
                .text("x");
    }

    private static Email.Builder literalHtml() {
        return Email.builder()
                .from("a@example.com")
                .to("b@example.org")
                .subject("s")
                .html("<p>x</p>");
    }

    static Stream<Arguments> incomplete() {
        return Stream.of(
                Arguments.of(
                        "content: there is none; give text, html, template or raw",
                        Email.builder()
                                .from("a@example.com")
                                .to("b@example.org")
                                .subject("x")),
                Arguments.of(
                        "to: there is no recipient; give to, cc or bcc",
                        Email.builder().from("a@example.com").subject("x").text("x")),
                Arguments.of(
                        "from: is missing",
                        Email.builder().to("b@example.org").subject("x").text("x")),
                Arguments.of(
                        "subject: is missing; give an empty one if that is meant",
                        Email.builder()
                                .from("a@example.com")
                                .to("b@example.org")
                                .text("x")),
                Arguments.of(
                        "returnPath: is missing; a raw message needs an envelope sender, from or returnPath",
                        Email.builder().to("b@example.org").raw(MIME)),
                Arguments.of(
                        "expiresAt: is not after sendAt", minimal().sendAt(NOON).expiresAt(NOON)),
                Arguments.of(
                        "expiresAt: is not after sendAt", minimal().sendAt(NOON).expiresAt(NOON.minusSeconds(1))),
                Arguments.of("template: excludes text and html", minimal().template("welcome", Map.of())),
                Arguments.of("template: the name is blank", templated(" ")),
                Arguments.of("templateVersion: is blank", templated("welcome").templateVersion(" ")),
                Arguments.of(
                        "templateVersion: is given without a template",
                        minimal().templateVersion("3")));
    }

    private static Email.Builder templated(String name) {
        return Email.builder().from("a@example.com").to("b@example.org").template(name, Map.of());
    }

    @ParameterizedTest
    @MethodSource("incomplete")
    void what_is_missing_or_contradictory_is_refused(String message, Email.Builder builder) {
        assertRefused(message, builder::build);
    }

    static Stream<Consumer<Email.Builder>> what_raw_excludes() {
        return Stream.of(
                b -> b.subject("x"),
                b -> b.text("x"),
                b -> b.html("x"),
                b -> b.template("x", Map.of()),
                b -> b.locale("de"),
                b -> b.textFromHtml(),
                b -> b.attach(Attachment.of("x", new byte[0])),
                b -> b.header("X-A", "x"),
                b -> b.replyTo("x@example.com"));
    }

    @ParameterizedTest
    @MethodSource("what_raw_excludes")
    void raw_excludes_what_the_message_holds_itself(Consumer<Email.Builder> more) {
        Email.Builder raw =
                Email.builder().from("a@example.com").to("b@example.org").raw(MIME);
        more.accept(raw);

        assertRefused(
                "raw: excludes subject, text, html, template, locale, attachments, headers and replyTo; the message holds them itself",
                raw::build);
    }

    @Test
    void a_raw_message_needs_no_author_when_it_has_a_return_path() {
        Email email = Email.builder()
                .returnPath("b@example.com")
                .bcc("b@example.org")
                .raw(MIME)
                .build();

        assertThat(email.from()).isNull();
        assertThat(email.subject()).isNull();
    }

    @Test
    void an_empty_raw_message_is_refused() {
        assertRefused("raw: the message is empty", () -> Email.builder().raw(new byte[0]));
    }

    @Test
    void an_empty_subject_and_an_empty_text_are_values() {
        Email email = Email.builder()
                .from("a@example.com")
                .to("b@example.org")
                .subject("")
                .text("")
                .build();

        assertThat(email.subject()).isEmpty();
        assertThat(email.content()).isEqualTo(new Content.Literal("", null, List.of()));
    }

    static Stream<Arguments> single_valued() {
        return Stream.of(
                single("from", b -> b.from("a@example.com")),
                single("returnPath", b -> b.returnPath("a@example.com")),
                single("subject", b -> b.subject("x")),
                single("text", b -> b.text("x")),
                single("html", b -> b.html("x")),
                single("template", b -> b.template("x", Map.of())),
                single("templateVersion", b -> b.templateVersion("x")),
                single("raw", b -> b.raw(MIME)),
                single("stream", b -> b.stream("x")),
                single("tenant", b -> b.tenant("x")),
                single("sendAt", b -> b.sendAt(NOON)),
                single("expiresAt", b -> b.expiresAt(NOON)),
                single("idempotencyKey", b -> b.idempotencyKey("x")),
                single("ambiguityPolicy", b -> b.ambiguityPolicy(AmbiguityPolicy.DROP)));
    }

    private static Arguments single(String field, Consumer<Email.Builder> set) {
        return Arguments.of(field, set);
    }

    @ParameterizedTest
    @MethodSource("single_valued")
    void a_single_valued_field_is_set_once(String field, Consumer<Email.Builder> set) {
        Email.Builder builder = Email.builder();
        set.accept(builder);

        assertRefused(field + ": was already set", () -> set.accept(builder));
    }

    @Test
    void two_authors_are_refused_also_as_addresses() {
        assertRefused("from: was already set", () -> minimal().from(Address.of("b@example.com")));
    }

    static Stream<Arguments> limits() {
        return Stream.of(
                limit("subject: has 999 characters, allowed are 998", b -> b.subject("x".repeat(999))),
                limit("tags: has 257 characters, allowed are 256", b -> b.tag("x".repeat(257), "x")),
                limit("tags: has 257 characters, allowed are 256", b -> b.tag("x", "x".repeat(257))),
                limit("tags: a name is empty", b -> b.tag("", "x")),
                limit("tags: 'a' was already set", b -> b.tag("a", "x").tag("a", "y")),
                limit("metadata: has 257 characters, allowed are 256", b -> b.metadata("x".repeat(257), "x")),
                limit("metadata: has 4001 characters, allowed are 4000", b -> b.metadata("x", "x".repeat(4001))),
                limit("metadata: a name is empty", b -> b.metadata("", "x")),
                limit("metadata: 'a' was already set", b -> b.metadata("a", "x").metadata("a", "x")),
                limit("idempotencyKey: has 257 characters, allowed are 256", b -> b.idempotencyKey("x".repeat(257))),
                limit("idempotencyKey: is empty; allowed are 1 to 256 characters", b -> b.idempotencyKey("")),
                limit("template: has 257 characters, allowed are 256", b -> b.template("x".repeat(257), Map.of())),
                limit("templateVersion: has 257 characters, allowed are 256", b -> b.templateVersion("x".repeat(257))),
                limit("text: holds NUL at 1", b -> b.text("a\0")),
                limit("html: holds NUL at 0", b -> b.html("\0")),
                limit("header: name has 77 characters, allowed are 1 to 76", b -> b.header("x".repeat(77), "x")),
                limit(
                        "header: X-A has a value of 8001 characters, allowed are 8000",
                        b -> b.header("X-A", "x".repeat(8001))));
    }

    private static Arguments limit(String message, Consumer<Email.Builder> set) {
        return Arguments.of(message, set);
    }

    @ParameterizedTest
    @MethodSource("limits")
    void what_is_too_much_is_refused(String message, Consumer<Email.Builder> set) {
        assertRefused(message, () -> set.accept(Email.builder()));
    }

    @Test
    void what_is_just_not_too_much_is_taken() {
        Email.Builder builder = minimal()
                .tag("x".repeat(256), "y".repeat(256))
                .metadata("x".repeat(256), "y".repeat(4000))
                .idempotencyKey("x".repeat(256))
                .header("x".repeat(76), "y".repeat(8000));

        assertThat(builder.build().idempotencyKey()).hasSize(256);
        assertThat(Email.builder().subject("x".repeat(998))).isNotNull();
    }

    @Test
    void a_mail_has_at_most_a_thousand_recipients() {
        Email.Builder builder = Email.builder();
        for (int i = 0; i < 400; i++) {
            builder.to("to" + i + "@example.org").cc("cc" + i + "@example.org");
        }
        for (int i = 0; i < 200; i++) {
            builder.bcc("bcc" + i + "@example.org");
        }

        assertRefused("to: more than 1000 recipients in one mail", () -> builder.bcc("one@example.org"));
        assertRefused("to: more than 1000 recipients in one mail", () -> builder.to(Address.of("one@example.org")));
    }

    @Test
    void a_mail_has_at_most_two_hundred_headers() {
        Email.Builder builder = Email.builder();
        for (int i = 0; i < 200; i++) {
            builder.header("X-" + i, "x");
        }

        assertRefused("headers: more than 200", () -> builder.header("X-More", "x"));
    }

    @Test
    void a_mail_has_at_most_seventy_five_tags_and_metadata_entries() {
        Email.Builder builder = Email.builder();
        for (int i = 0; i < 75; i++) {
            builder.tag("t" + i, "x").metadata("m" + i, "x");
        }

        assertRefused("tags: more than 75 entries", () -> builder.tag("more", "x"));
        assertRefused("metadata: more than 75 entries", () -> builder.metadata("more", "x"));
        assertRefused("tags: 't0' was already set", () -> builder.tag("t0", "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From",
                "SENDER",
                "to",
                "Cc",
                "Bcc",
                "Reply-To",
                "subject",
                "Date",
                "Message-ID",
                "MIME-Version",
                "Content-Type",
                "Content-Transfer-Encoding",
                "Content-Disposition",
                "Content-ID",
                "Return-Path",
                "Received",
                "DKIM-Signature",
                "Resent-Bcc"
            })
    void a_header_that_the_mailer_writes_is_refused(String name) {
        assertRefused(
                "headers: " + name + " is written by the mailer; use the builder method for it, or raw",
                () -> minimal().header(name, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "\u00E4", "a/b", "a\r\nb", "a:b"})
    void the_name_of_a_stream_or_tenant_is_plain(String name) {
        String rule = ": a name has 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_', '.'";

        assertRefused("stream" + rule, () -> Email.builder().stream(name));
        assertRefused("tenant" + rule, () -> Email.builder().tenant(name));
    }

    @Test
    void the_name_of_a_stream_or_tenant_has_at_most_sixty_four_characters() {
        Email email = minimal().stream("a".repeat(64)).tenant("A-z_0.9").build();

        assertThat(email.stream()).hasSize(64);
        assertThat(email.tenant()).isEqualTo("A-z_0.9");
        assertRefused(
                "tenant: a name has 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_', '.'",
                () -> Email.builder().tenant("a".repeat(65)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"from", "to", "cc", "bcc", "replyTo", "returnPath"})
    void a_bad_address_is_an_error_of_its_field(String field) {
        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(() -> address(Email.builder(), field, "nobody"))
                .satisfies(e -> assertThat(e.field()).isEqualTo(field))
                .withMessageStartingWith(field + ": ")
                .withMessageNotContaining("address: ");
    }

    private static Email.Builder address(Email.Builder b, String field, String mailbox) {
        return switch (field) {
            case "from" -> b.from(mailbox);
            case "to" -> b.to(mailbox);
            case "cc" -> b.cc(mailbox);
            case "bcc" -> b.bcc(mailbox);
            case "replyTo" -> b.replyTo(mailbox);
            default -> b.returnPath(mailbox);
        };
    }

    @Test
    void null_is_a_programming_error_that_names_the_argument() {
        assertThatNullPointerException()
                .isThrownBy(() -> Email.builder().from((String) null))
                .withMessage("from");
        assertThatNullPointerException()
                .isThrownBy(() -> Email.builder().to((Address) null))
                .withMessage("address");
        assertThatNullPointerException()
                .isThrownBy(() -> Email.builder().subject(null))
                .withMessage("subject");
        assertThatNullPointerException()
                .isThrownBy(() -> Email.builder().text(null))
                .withMessage("text");
        assertThatNullPointerException()
                .isThrownBy(() -> Email.builder().template("x", null))
                .withMessage("variables");
        assertThatNullPointerException()
                .isThrownBy(() -> Email.builder().attach(null))
                .withMessage("attachment");
        assertThatNullPointerException()
                .isThrownBy(() -> Email.builder().sendAt(null))
                .withMessage("sendAt");
    }

    @Test
    void a_mail_prints_no_personal_data() {
        assertThat(full().build()).hasToString("Email[stream=broadcast, recipients=4]");
    }
}
