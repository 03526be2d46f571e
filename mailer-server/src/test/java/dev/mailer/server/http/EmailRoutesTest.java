// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.Attachment;
import dev.mailer.api.Content;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.EventType;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.MessageId;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class EmailRoutesTest {
    private static final String MAIL = """
            {"from":"Shop <shop@example.com>","to":["jo@example.org"],"subject":"Hi","text":"Hello"}""";

    private ServerUnderTest server;

    @BeforeEach
    void start(@TempDir Path folder) {
        server = new ServerUnderTest(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_mail_with_every_field_becomes_an_email() throws IOException {
        ServerUnderTest.Answer answer = server.post("/v1/emails", """
                {"from":"Shop <shop@example.com>","to":["jo@example.org","Al <al@example.org>"],"cc":"cc@example.org",
                 "bcc":["bcc@example.org"],"reply_to":"re@example.org","return_path":"bounce@example.com",
                 "subject":"Hi","html":"<p>Hi</p>","text":"Hi",
                 "headers":{"X-Order":"7"},"tags":[{"name":"kind","value":"receipt"}],"metadata":{"order":"7"},
                 "attachments":[{"filename":"a.pdf","content":"aGVs\\nbG8="},
                   {"filename":"b.txt","content":{"type":"Buffer","data":[104,105]},"content_type":"text/plain"},
                   {"filename":"logo.png","content":[1,255],"content_id":"logo"}],
                 "scheduled_at":"2026-09-01T12:00:00+02:00","expires_at":"2026-09-02T12:00:00Z",
                 "stream":"broadcast","ambiguity_policy":"drop",
                 "track_opens":true,"track_clicks":false}""");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().propertyNames()).containsExactly("id");
        assertThat(answer.header("X-Mailer-Warning")).isEmpty();
        Email email =
                server.engine.accepted.get(MessageId.of(answer.json().path("id").asString()));
        assertThat(email.from()).hasToString("Shop <shop@example.com>");
        assertThat(email.to()).hasToString("[jo@example.org, Al <al@example.org>]");
        assertThat(email.cc()).hasToString("[cc@example.org]");
        assertThat(email.bcc()).hasToString("[bcc@example.org]");
        assertThat(email.replyTo()).hasToString("[re@example.org]");
        assertThat(email.returnPath()).hasToString("bounce@example.com");
        assertThat(email.headers()).hasSize(1);
        assertThat(email.tags()).containsEntry("kind", "receipt");
        assertThat(email.metadata()).containsEntry("order", "7");
        assertThat(email.sendAt()).isEqualTo(Instant.parse("2026-09-01T10:00:00Z"));
        assertThat(email.expiresAt()).isEqualTo(Instant.parse("2026-09-02T12:00:00Z"));
        assertThat(email.stream()).isEqualTo("broadcast");
        assertThat(email.tenant()).isEqualTo("default");
        assertThat(email.ambiguityPolicy()).isEqualTo(AmbiguityPolicy.DROP);
        assertThat(email.trackOpens()).isTrue();
        assertThat(email.trackClicks()).isFalse();
        List<Attachment> files = ((Content.Literal) email.content()).attachments();
        assertThat(files)
                .extracting(Attachment::contentType)
                .containsExactly("application/pdf", "text/plain", "image/png");
        assertThat(files).extracting(Attachment::contentId).containsExactly(null, null, "logo");
        assertThat(files.get(0).open().readAllBytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("hello");
        assertThat(files.get(1).open().readAllBytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("hi");
        assertThat(files.get(2).open().readAllBytes()).containsExactly(1, 255);
    }

    /** 45,000 bytes are 60,000 octets as base64, which is within the bound, and some 160,000 as a list. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"type\":\"Buffer\",\"data\":%s}", "{\"data\":%s,\"type\":\"Buffer\"}", "%s"})
    void a_list_of_bytes_may_be_as_large_as_base64(String form) throws IOException {
        byte[] file = new byte[45_000];
        new Random(7).nextBytes(file);
        String mail = MAIL.replaceFirst("}$", ",\"attachments\":[{\"content\":" + form + "}]}");

        String id = accepted(String.format(mail, list(file)));
        ServerUnderTest.Answer batch = server.post("/v1/emails/batch", "[" + String.format(mail, list(file)) + "]");
        ServerUnderTest.Answer larger = server.post("/v1/emails", String.format(mail, list(new byte[49_152])));

        Content.Literal content =
                (Content.Literal) server.engine.accepted.get(MessageId.of(id)).content();
        assertThat(content.attachments().get(0).open().readAllBytes()).isEqualTo(file);
        assertThat(batch.status()).isEqualTo(200);
        assertThat(larger.status()).isEqualTo(413);
        assertThat(larger.json().path("message").asString())
                .isEqualTo("The body is larger than 65536 bytes, the limit of this server.");
    }

    private static String list(byte[] bytes) {
        StringJoiner list = new StringJoiner(",", "[", "]");
        for (byte b : bytes) {
            list.add(String.valueOf(b & 0xff));
        }
        return list.toString();
    }

    @Test
    void a_template_takes_nested_variables() {
        String id = accepted("""
                {"from":"a@example.com","to":"jo@example.org",
                 "template":{"id":"receipt","variables":{"n":3,"items":[{"x":true}],"none":null}}}""");

        Content.Templated content =
                (Content.Templated) server.engine.accepted.get(MessageId.of(id)).content();
        assertThat(content.template()).isEqualTo("receipt");
        assertThat(content.variables()).containsEntry("n", 3).containsKey("none");
        assertThat(content.variables().get("items")).hasToString("[{x=true}]");
    }

    @Test
    void a_mail_has_a_language() {
        String id = accepted("""
                {"from":"a@example.com","to":"jo@example.org","locale":"de-AT","template":{"id":"receipt"}}""");

        assertThat(server.engine.accepted.get(MessageId.of(id)).locale()).isEqualTo(Locale.forLanguageTag("de-AT"));
    }

    @Test
    void a_raw_message_needs_no_subject() {
        String id = accepted("""
                {"raw":"U3ViamVjdDogeA0KDQp5DQo=","to":"jo@example.org","return_path":"a@example.com"}""");

        assertThat(server.engine.accepted.get(MessageId.of(id)).content()).isInstanceOf(Content.Raw.class);
    }

    @Test
    void unknown_fields_are_named_in_a_warning_and_tenant_is_one_of_them() {
        ServerUnderTest.Answer answer = server.post("/v1/emails", """
                {"from":"a@example.com","to":"jo@example.org","subject":"s","text":"t","tenant":"other",
                 "tags":[{"name":"a","value":"b","c":1}],"na\\r\\nme":1}""");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("X-Mailer-Warning")).isEqualTo("unknown fields ignored: tags[0].c, tenant, na??me");
        assertThat(server.engine.accepted.values()).allMatch(e -> e.tenant().equals("default"));
    }

    static Stream<Arguments> refused() {
        String rest = ",\"subject\":\"s\",\"text\":\"t\"}";
        String base = "{\"from\":\"a@example.com\",\"to\":\"jo@example.org\",\"subject\":\"s\",\"text\":\"t\",";
        return Stream.of(
                arguments(
                        "{\"to\":\"jo@example.org\"" + rest,
                        422,
                        "missing_required_field",
                        "from",
                        "Missing `from` field."),
                arguments(
                        "{\"from\":\"a@example.com\"" + rest,
                        422,
                        "missing_required_field",
                        "to",
                        "Missing `to` field."),
                arguments(
                        "{\"from\":\"a@example.com\",\"to\":\"b@example.com\",\"text\":\"t\"}",
                        422,
                        "missing_required_field",
                        "subject",
                        "Missing `subject` field."),
                arguments(
                        "{\"from\":\"a@example.com\",\"to\":\"b@example.com\",\"subject\":\"t\"}",
                        422,
                        "missing_required_field",
                        null,
                        "Missing `html` or `text` field."),
                arguments(
                        "{\"from\":\"nobody\",\"to\":\"jo@example.org\"" + rest,
                        422,
                        "invalid_from_address",
                        "from",
                        "there is no '@'"),
                arguments(
                        "{\"from\":\"a@example.com\",\"to\":[\"b@example.com\",\"x\"]" + rest,
                        422,
                        "validation_error",
                        "to[1]",
                        "there is no '@'"),
                arguments(
                        "{\"from\":\"a@example.com\",\"to\":7" + rest,
                        422,
                        "validation_error",
                        "to",
                        "`to` must be a string or a list of strings, not a number."),
                arguments(
                        "{\"from\":\"a@example.com\",\"to\":[null]" + rest,
                        422,
                        "validation_error",
                        "to[0]",
                        "`to[0]` must be a string, not null."),
                arguments(
                        "{\"from\":\"a@example.com\",\"to\":\"jo@example.org\",\"subject\":[]," + "\"text\":\"t\"}",
                        422,
                        "validation_error",
                        "subject",
                        "must be a string, not a list."),
                arguments(
                        "{\"from\":\"a@example.com\",\"to\":\"jo@example.org\",\"subject\":\"a\\r\\nBcc: x\",\"text\":\"t\"}",
                        422,
                        "validation_error",
                        "subject",
                        "U+000D"),
                arguments(
                        "{\"from\":\"a@example.com\",\"to\":\"b@c\\r\\nRCPT TO:<x@y>\"" + rest,
                        422,
                        "validation_error",
                        "to",
                        "U+000D"),
                arguments(base + "\"headers\":{\"X\":\"a\\nb\"}}", 422, "validation_error", "headers", "U+000A"),
                arguments(
                        base + "\"headers\":{\"Content-Type\":\"x\"}}",
                        422,
                        "validation_error",
                        "headers",
                        "is written by the mailer"),
                arguments(
                        base + "\"headers\":{\"X\":1}}",
                        422,
                        "validation_error",
                        "headers.X",
                        "must be a string, not a number."),
                arguments(
                        base + "\"headers\":[]}", 422, "validation_error", "headers", "must be an object, not a list."),
                arguments(base + "\"tags\":{}}", 422, "validation_error", "tags", "must be a list, not an object."),
                arguments(
                        base + "\"tags\":[{\"name\":\"a\"}]}",
                        422,
                        "missing_required_field",
                        "tags[0].value",
                        "Missing `tags[0].value` field."),
                arguments(
                        base + "\"scheduled_at\":\"tomorrow\"}",
                        422,
                        "validation_error",
                        "scheduled_at",
                        "must be a time in ISO 8601"),
                arguments(
                        base + "\"ambiguity_policy\":\"x\"}",
                        422,
                        "validation_error",
                        "ambiguity_policy",
                        "must be one of resend, hold, drop."),
                arguments(
                        base + "\"track_opens\":\"true\"}",
                        422,
                        "validation_error",
                        "track_opens",
                        "must be true or false"),
                arguments(base + "\"stream\":\"a b\"}", 422, "validation_error", "stream", "a name has 1 to 64"),
                arguments(
                        base + "\"template\":{\"id\":\"x\"}}",
                        422,
                        "validation_error",
                        "template",
                        "excludes text and html"),
                arguments(
                        base + "\"locale\":\"de_AT\"}",
                        422,
                        "validation_error",
                        "locale",
                        "expected a language such as"),
                arguments(base + "\"raw\":\"aGk=\"}", 422, "validation_error", "raw", "excludes subject"),
                arguments(base + "\"raw\":\"***\"}", 422, "validation_error", "raw", "`raw` is not base64."),
                arguments(
                        base + "\"attachments\":[{\"path\":\"https://x/y\"}]}",
                        422,
                        "invalid_attachment",
                        "attachments[0].path",
                        "nothing is fetched"),
                arguments(
                        base + "\"attachments\":[{\"filename\":\"x\"}]}",
                        422,
                        "invalid_attachment",
                        "attachments[0].content",
                        "is missing."),
                arguments(
                        base + "\"attachments\":[{\"content\":\"%%\"}]}",
                        422,
                        "invalid_attachment",
                        "attachments[0].content",
                        "is not base64."),
                arguments(
                        base + "\"attachments\":[{\"content\":[256]}]}",
                        422,
                        "invalid_attachment",
                        "attachments[0].content[0]",
                        "is not a byte from 0 to 255."),
                arguments(
                        base + "\"attachments\":[{\"content\":{\"type\":\"Buffer\",\"data\":[1,2,[]]}}]}",
                        422,
                        "invalid_attachment",
                        "attachments[0].content.data[2]",
                        "is not a byte from 0 to 255."),
                arguments(
                        base + "\"attachments\":[{\"content\":[1,2e1]}]}",
                        422,
                        "invalid_attachment",
                        "attachments[0].content[1]",
                        "is not a byte from 0 to 255."),
                arguments(
                        base + "\"attachments\":[{\"content\":[4294967297]}]}",
                        422,
                        "invalid_attachment",
                        "attachments[0].content[0]",
                        "is not a byte from 0 to 255."),
                arguments(
                        base + "\"attachments\":[{\"content\":\"aGk=\",\"filename\":\"../x\"}]}",
                        422,
                        "invalid_attachment",
                        "attachments[0]",
                        "path separator"),
                arguments(
                        base + "\"attachments\":[{\"content\":\"aGk=\",\"content_type\":\"x\"}]}",
                        422,
                        "invalid_attachment",
                        "attachments[0]",
                        "is not type/subtype"),
                arguments("[]", 422, "validation_error", null, "The body must be an object, not a list."),
                arguments(
                        "{",
                        400,
                        "validation_error",
                        null,
                        "The body is not JSON that is accepted here at line 1, column "),
                arguments("", 400, "validation_error", null, "The body is empty"),
                arguments("{\"from\":\"a\",\"from\":\"b\"}", 400, "validation_error", null, "names must not repeat"),
                arguments(
                        "[".repeat(100) + "]".repeat(100), 400, "validation_error", null, "nesting ends at 64 levels"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void what_is_wrong_is_refused_and_named(String body, int status, String name, String field, String message) {
        ServerUnderTest.Answer answer = server.post("/v1/emails", body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        JsonNode error = answer.json();
        assertThat(error.path("statusCode").asInt()).isEqualTo(status);
        assertThat(error.path("name").asString()).isEqualTo(name);
        assertThat(error.path("message").asString()).contains(message);
        assertThat(error.has("field") ? error.path("field").asString() : null).isEqualTo(field);
        assertThat(server.engine.accepted).isEmpty();
    }

    @Test
    void what_the_engine_refuses_is_named_as_the_api_names_it() {
        server.engine.refusal = new InvalidEmailException("sendAt", "is too far away");

        ServerUnderTest.Answer answer = server.post("/v1/emails", MAIL);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("message").asString()).isEqualTo("`scheduled_at` is too far away.");
    }

    @Test
    void an_overloaded_engine_is_503_with_a_hint() {
        server.engine.refusal = new MailerUnavailableException("the queue is full", Duration.ofMillis(1500), null);

        ServerUnderTest.Answer answer = server.post("/v1/emails", MAIL);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("2");
        assertThat(answer.json().path("name").asString()).isEqualTo("service_unavailable");
        assertThat(answer.json().path("message").asString())
                .isEqualTo("Not accepted for certain; repeat it after the seconds in Retry-After, with the same"
                        + " Idempotency-Key if it has one.");
    }

    @Test
    void what_a_database_says_reaches_neither_the_client_nor_the_log() {
        SQLException cause = new SQLException("connection to db7.internal lost, key (jo.private@example.org)", "08006");
        server.engine.refusal =
                new MailerUnavailableException("could not append: " + cause.getMessage(), Duration.ofSeconds(5), cause);

        try (LogUnderTest log = new LogUnderTest()) {
            ServerUnderTest.Answer written = server.post("/v1/emails", MAIL);
            ServerUnderTest.Answer batch = server.post("/v1/emails/batch", "[" + MAIL + "]");
            ServerUnderTest.Answer read = server.get("/v1/emails");

            assertThat(List.of(written, batch, read)).allSatisfy(answer -> {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.header("Retry-After")).isEqualTo("5");
                assertThat(answer.body()).doesNotContain("SQL", "08006", "db7", "append", "jo.private");
            });
            assertThat(read.json().path("message").asString())
                    .isEqualTo("This cannot be answered now; ask again after the seconds in Retry-After.");
            assertThat(log.text())
                    .contains("POST /v1/emails is answered with 503")
                    .contains("java.sql.SQLException (SQL state 08006, code 0) at ")
                    .doesNotContain("db7", "jo.private");
            assertThat(log.lines()).as("the same trouble is told once").hasSize(1);
        }
    }

    @Test
    void an_unforeseen_error_shows_no_detail() {
        server.engine.refusal = new IllegalStateException("secret");

        ServerUnderTest.Answer answer = server.post("/v1/emails", MAIL);

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.json().path("name").asString()).isEqualTo("internal_server_error");
        assertThat(answer.body()).doesNotContain("secret");
    }

    @Test
    void an_idempotency_key_gives_the_same_mail_once() {
        ServerUnderTest.Answer first = server.post("/v1/emails", MAIL, "Idempotency-Key", "order-7");
        ServerUnderTest.Answer second = server.post("/v1/emails", MAIL, "Idempotency-Key", "order-7");
        ServerUnderTest.Answer other =
                server.post("/v1/emails", MAIL.replace("Hi", "Ho"), "Idempotency-Key", "order-7");

        assertThat(second.body()).isEqualTo(first.body());
        assertThat(first.header("Idempotent-Replayed")).isEmpty();
        assertThat(second.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(server.engine.accepted).hasSize(1);
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.json().path("name").asString()).isEqualTo("invalid_idempotent_request");
    }

    @ParameterizedTest
    @CsvSource({"''", "257"})
    void an_idempotency_key_has_1_to_256_characters(String length) {
        String key = length.isEmpty() ? "" : "k".repeat(Integer.parseInt(length));

        ServerUnderTest.Answer answer = server.post("/v1/emails", MAIL, "Idempotency-Key", key);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("name").asString()).isEqualTo("invalid_idempotency_key");
    }

    @Test
    void a_batch_is_all_or_nothing() {
        ServerUnderTest.Answer good = server.post("/v1/emails/batch", "[" + MAIL + "," + MAIL + "]");
        ServerUnderTest.Answer bad =
                server.post("/v1/emails/batch", "[" + MAIL + "," + MAIL.replace("jo@", "jo") + "]");

        assertThat(good.json().path("data")).hasSize(2);
        assertThat(good.json().has("errors")).isFalse();
        assertThat(bad.status()).isEqualTo(422);
        assertThat(bad.json().path("field").asString()).isEqualTo("[1].to[0]");
        assertThat(server.engine.accepted).hasSize(2);
    }

    @Test
    void a_permissive_batch_accepts_the_good_ones() {
        ServerUnderTest.Answer answer = server.post(
                "/v1/emails/batch",
                "[" + MAIL.replace("jo@", "jo") + "," + MAIL + "]",
                "x-batch-validation",
                "permissive");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("data")).hasSize(1);
        assertThat(answer.json().path("errors").path(0).path("index").asInt()).isZero();
        assertThat(answer.json().path("errors").path(0).path("message").asString())
                .contains("[0].to[0]");
    }

    @Test
    void what_is_committed_of_a_permissive_batch_is_told_though_the_rest_meets_overload() {
        server.engine.invalid = email -> "Bad".equals(email.subject());
        server.engine.beforeSendAll = () -> {
            if (!server.engine.accepted.isEmpty()) {
                throw new MailerUnavailableException("slow down", Duration.ofSeconds(3), null);
            }
        };
        String batch = "[" + (MAIL + ",").repeat(4) + MAIL.replace("Hi", "Bad") + "," + MAIL + "," + MAIL + "]";

        ServerUnderTest.Answer answer = server.post("/v1/emails/batch", batch, "x-batch-validation", "permissive");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().path("data"))
                .hasSize(server.engine.accepted.size())
                .hasSize(3);
        assertThat(answer.json()
                        .path("errors")
                        .valueStream()
                        .map(e -> e.path("index").asInt() + " " + e.path("name").asString()))
                .containsExactly(
                        "3 service_unavailable",
                        "4 service_unavailable",
                        "5 service_unavailable",
                        "6 service_unavailable");
        assertThat(answer.body()).doesNotContain("slow down");
    }

    @Test
    void a_permissive_batch_of_which_nothing_is_committed_is_503() {
        server.engine.invalid = email -> "Bad".equals(email.subject());
        server.engine.beforeSendAll = () -> {
            throw new MailerUnavailableException("slow down", Duration.ofSeconds(3), null);
        };

        ServerUnderTest.Answer answer = server.post(
                "/v1/emails/batch",
                "[" + MAIL.replace("Hi", "Bad") + "," + MAIL + "]",
                "x-batch-validation",
                "permissive");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("3");
    }

    @Test
    void a_batch_may_have_a_key_for_each_mail() {
        String mail = MAIL.replaceFirst("\\{", "{\"idempotency_key\":\"k%s\",");
        String batch = "[" + String.format(mail, 1) + "," + String.format(mail, 2) + "]";
        String later = "[" + String.format(mail, 3) + "," + String.format(mail, 2) + ","
                + String.format(mail, 1).replace("Hi", "Ho") + "]";
        String[] permissive = {"x-batch-validation", "permissive"};

        server.post("/v1/emails/batch", batch);
        ServerUnderTest.Answer answer = server.post("/v1/emails/batch", later, permissive);
        ServerUnderTest.Answer both = server.post("/v1/emails/batch", batch, "Idempotency-Key", "k");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().at("/data/0/duplicate").asBoolean()).isFalse();
        assertThat(answer.json().at("/data/1/duplicate").asBoolean()).isTrue();
        assertThat(answer.json().at("/errors/0/index").asInt()).isEqualTo(2);
        assertThat(answer.json().at("/errors/0/name").asString()).isEqualTo("invalid_idempotent_request");
        assertThat(both.status()).isEqualTo(422);
        assertThat(both.json().path("field").asString()).isEqualTo("[0].idempotency_key");
        assertThat(server.engine.accepted).hasSize(3);
    }

    @Test
    void a_batch_that_is_only_checked_is_not_accepted() {
        ServerUnderTest.Answer answer = server.post(
                "/v1/emails/batch", "[" + MAIL + "," + MAIL.replace("jo@", "jo") + "]", "x-batch-validation", "check");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("data")).hasSize(1);
        assertThat(answer.json().at("/errors/0/index").asInt()).isEqualTo(1);
        assertThat(server.engine.accepted).isEmpty();
    }

    @Test
    void a_batch_has_1_to_100_mails() {
        for (String body : List.of("[]", "{}", "[" + (MAIL + ",").repeat(100) + MAIL + "]")) {
            ServerUnderTest.Answer answer = server.post("/v1/emails/batch", body);

            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.json().path("message").asString())
                    .isEqualTo("The body must be a list of 1 to 100 mails.");
        }
    }

    @Test
    void a_batch_with_a_key_leaves_room_for_its_mark_in_the_metadata() {
        String full =
                IntStream.range(0, 75).mapToObj(i -> "\"k" + i + "\":\"v\"").collect(Collectors.joining(","));
        String mail = MAIL.strip().replaceFirst("}$", "") + ",\"metadata\":{" + full + "}}";

        ServerUnderTest.Answer strict = server.post("/v1/emails/batch", "[" + mail + "]", "Idempotency-Key", "k");
        ServerUnderTest.Answer permissive = server.post(
                "/v1/emails/batch",
                "[" + MAIL + "," + mail + "]",
                "Idempotency-Key",
                "k",
                "x-batch-validation",
                "permissive");

        assertThat(strict.status()).as(strict.body()).isEqualTo(422);
        assertThat(permissive.status()).isEqualTo(200);
        assertThat(permissive.json().path("data")).hasSize(1);
        assertThat(permissive.json().path("errors")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-999999999-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "+10000-01-01T00:00:00Z"})
    void times_are_in_the_years_that_can_be_stored(String time) {
        String mail = MAIL.strip().replaceFirst("}$", "") + ",\"scheduled_at\":\"" + time + "\"}";

        assertThat(server.post("/v1/emails", mail).status()).isEqualTo(422);
        assertThat(server.get("/v1/emails?since=" + time.replace("+", "%2B")).status())
                .isEqualTo(422);
    }

    @Test
    void a_batch_has_one_idempotency_key() {
        String batch = "[" + MAIL + "," + MAIL.replace("Hi", "Ho") + "]";
        ServerUnderTest.Answer first = server.post("/v1/emails/batch", batch, "Idempotency-Key", "k");
        ServerUnderTest.Answer second = server.post("/v1/emails/batch", batch, "Idempotency-Key", "k");
        ServerUnderTest.Answer longer =
                server.post("/v1/emails/batch", "[" + MAIL + "," + MAIL + "," + MAIL + "]", "Idempotency-Key", "k");

        assertThat(second.body()).isEqualTo(first.body());
        assertThat(longer.status()).isEqualTo(409);
        assertThat(server.engine.accepted).hasSize(2);
        JsonNode email = server.get("/v1/emails/"
                        + first.json().path("data").path(0).path("id").asString())
                .json();
        assertThat(email.path("metadata")).isEmpty();
    }

    @Test
    void a_mail_is_shown_as_resend_shows_it() {
        String id = accepted("""
                {"from":"Shop <shop@example.com>","to":["Jo <jo@example.org>"],"subject":"Hi","text":"Hello",
                 "tags":[{"name":"kind","value":"receipt"}]}""");

        JsonNode email = server.get("/v1/emails/" + id).json();

        assertThat(email.path("object").asString()).isEqualTo("email");
        assertThat(email.path("id").asString()).isEqualTo(id);
        assertThat(email.path("message_id").asString()).startsWith("<");
        assertThat(email.path("to").toString()).isEqualTo("[\"Jo <jo@example.org>\"]");
        assertThat(email.path("created_at").asString()).isEqualTo("2026-08-05 11:52:01.858000+00");
        assertThat(email.path("text").asString()).isEqualTo("Hello");
        assertThat(email.path("last_event").asString()).isEqualTo("queued");
        assertThat(email.path("tags").toString()).isEqualTo("[{\"name\":\"kind\",\"value\":\"receipt\"}]");
        assertThat(List.of("html", "bcc", "cc", "reply_to", "scheduled_at", "topic_id"))
                .allMatch(name -> email.path(name).isNull());
        assertThat(email.path("deliveries").path(0).path("state").asString()).isEqualTo("queued");
    }

    @Test
    void a_request_may_wait_for_the_outcome() {
        String id = accepted(MAIL);

        assertThat(server.get("/v1/emails/" + id + "?wait=12").status()).isEqualTo(200);
        assertThat(server.engine.lastWait).isEqualTo(Duration.ofSeconds(12));
        assertThat(server.get("/v1/emails/" + id + "?wait=61").status()).isEqualTo(422);
    }

    @Test
    void events_are_a_list() {
        String id = accepted(MAIL);

        JsonNode events = server.get("/v1/emails/" + id + "/events").json();

        assertThat(events.path("object").asString()).isEqualTo("list");
        assertThat(events.path("data").path(0).path("type").asString()).isEqualTo("queued");
        assertThat(events.path("data").path(0).path("to").asString()).isEqualTo("jo@example.org");
    }

    @Test
    void a_trace_has_how_it_stands_what_happened_and_what_keeps_it_back() {
        String id = accepted(MAIL);

        JsonNode trace = server.get("/v1/emails/" + id + "/trace").json();

        assertThat(trace.path("object").asString()).isEqualTo("trace");
        assertThat(trace.path("email").path("id").asString()).isEqualTo(id);
        assertThat(trace.path("events").path(0).path("type").asString()).isEqualTo("queued");
        assertThat(trace.path("holds").path(0).path("reason").asString()).isEqualTo("the queue rests: asked to");
        assertThat(trace.path("holds").path(0).path("until").isNull()).isTrue();
        assertThat(trace.path("webhooks").path(0))
                .isEqualTo(Json.MAPPER.readTree(
                        "{\"event_id\":7,\"webhook\":\"shop\",\"status\":\"waiting\",\"at\":\"" + FakeEngine.NOW
                                + "\",\"attempt_count\":2,\"status_code\":503,\"result\":\"status\",\"next_attempt_at\":\""
                                + FakeEngine.NOW + "\"}"));
    }

    @Test
    void the_list_has_pages_and_filters() {
        accepted(MAIL);
        String second = accepted(MAIL);
        String third = accepted(MAIL);

        JsonNode page = server.get("/v1/emails?limit=1&after=" + third
                        + "&status=sent&stream=x&to=a@b&since=2026-01-01T00:00:00Z&until=2026-02-01T00:00:00%2B01:00")
                .json();

        assertThat(page.path("object").asString()).isEqualTo("list");
        assertThat(page.path("has_more").asBoolean()).isTrue();
        assertThat(page.path("data")).hasSize(1);
        assertThat(page.path("data").path(0).path("id").asString()).isEqualTo(second);
        assertThat(page.path("data").path(0).has("html")).isFalse();
        assertThat(server.engine.lastQuery.state()).isEqualTo(DeliveryState.SENT);
        assertThat(server.engine.lastQuery.stream()).isEqualTo("x");
        assertThat(server.engine.lastQuery.recipient()).isEqualTo("a@b");
        assertThat(server.engine.lastQuery.until()).isEqualTo(Instant.parse("2026-01-31T23:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0,limit",
        "limit=101,limit",
        "limit=x,limit",
        "after=x,after",
        "status=x,status",
        "since=yesterday,since",
        "after=01977d3e-5a00-7000-8000-000000000000&before=01977d3e-5a00-7000-8000-000000000000,after",
    })
    void a_bad_parameter_is_named(String query, String name) {
        ServerUnderTest.Answer answer = server.get("/v1/emails?" + query);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("name").asString()).isEqualTo("invalid_parameter");
        assertThat(answer.json().path("field").asString()).isEqualTo(name);
    }

    @Test
    void cancelling_takes_back_what_waits_and_says_so_when_it_is_too_late() {
        String id = accepted(MAIL);

        ServerUnderTest.Answer first = server.post("/v1/emails/" + id + "/cancel", "");
        ServerUnderTest.Answer again = server.post("/v1/emails/" + id + "/cancel", "");
        server.engine.state = DeliveryState.SENT;
        server.engine.lastEvent = EventType.SENT;
        ServerUnderTest.Answer late = server.post("/v1/emails/" + id + "/cancel", "");

        assertThat(first.body())
                .isEqualTo("{\"object\":\"email\",\"id\":\"" + id + "\",\"cancelled\":1,\"too_late\":0}");
        assertThat(again.status()).isEqualTo(200);
        assertThat(late.status()).isEqualTo(422);
        assertThat(late.json().path("message").asString())
                .isEqualTo("The email is sent and can no longer be canceled.");
    }

    @Test
    void a_held_delivery_is_sent_or_given_up() {
        String id = accepted(MAIL);

        assertThat(server.post("/v1/emails/" + id + "/deliveries/1/retry", "").status())
                .isEqualTo(409);
        server.engine.state = DeliveryState.AMBIGUOUS;
        assertThat(server.post("/v1/emails/" + id + "/deliveries/9/retry", "").status())
                .isEqualTo(404);
        ServerUnderTest.Answer answer = server.post("/v1/emails/" + id + "/deliveries/1/give-up", "");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("deliveries").path(0).path("state").asString())
                .isEqualTo("failed");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,''",
        "GET,/events",
        "GET,/trace",
        "POST,/cancel",
        "POST,/deliveries/1/retry",
        "POST,/deliveries/1/give-up"
    })
    void another_tenants_mail_is_as_unknown_as_one_that_never_was(String method, String path) {
        String id = accepted(MAIL);
        String other = server.keys.create("other", "other").reveal();

        ServerUnderTest.Answer foreign = server.exchange(server.request("/v1/emails/" + id + path)
                .header("Authorization", "Bearer " + other)
                .method(method, HttpRequest.BodyPublishers.noBody()));
        ServerUnderTest.Answer unknown =
                server.exchange(server.authorized("/v1/emails/" + FakeEngine.unknownId() + path)
                        .method(method, HttpRequest.BodyPublishers.noBody()));
        ServerUnderTest.Answer malformed = server.exchange(
                server.authorized("/v1/emails/7" + path).method(method, HttpRequest.BodyPublishers.noBody()));

        assertThat(foreign.status()).isEqualTo(404);
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(foreign.body()).isEqualTo(unknown.body());
        assertThat(malformed.status()).isEqualTo(422);
        assertThat(server.engine.state).isEqualTo(DeliveryState.QUEUED);
    }

    @Test
    void another_tenants_list_and_queues_are_empty() {
        accepted(MAIL);
        String other = server.keys.create("third", "third").reveal();

        for (String path : List.of("/v1/emails", "/v1/queues")) {
            ServerUnderTest.Answer answer =
                    server.exchange(server.request(path).header("Authorization", "Bearer " + other));

            assertThat(answer.json().path("data")).isEmpty();
        }
    }

    private String accepted(String body) {
        ServerUnderTest.Answer answer = server.post("/v1/emails", body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().path("id").asString();
    }
}
