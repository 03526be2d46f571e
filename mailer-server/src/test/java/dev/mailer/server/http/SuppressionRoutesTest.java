// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.ForwardingMailer;
import dev.mailer.core.MailerEngine;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class SuppressionRoutesTest {
    private static final String PATH = "/v1/suppressions";

    @TempDir
    private Path folder;

    private ServerUnderTest server;

    @BeforeEach
    void start() {
        server = new ServerUnderTest(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private ServerUnderTest.Answer delete(String email) {
        return server.exchange(server.authorized(PATH + "/" + email).DELETE());
    }

    private List<String> emails(String query) {
        return server.get(PATH + query)
                .json()
                .path("data")
                .valueStream()
                .map(e -> e.path("email").asString())
                .toList();
    }

    @Test
    void an_entry_is_made_and_replaced_and_says_who_made_it() {
        ServerUnderTest.Answer made = server.post(PATH, "{\"email\":\"Jo@BÜCHER.example\"}");
        ServerUnderTest.Answer replaced = server.post(
                PATH,
                "{\"email\":\"jo@xn--bcher-kva.example\",\"reason\":\"manual\",\"until\":\"2999-01-01T00:00:00+01:00\"}");

        assertThat(made.status()).as(made.body()).isEqualTo(201);
        assertThat(made.json().path("object").asString()).isEqualTo("suppression");
        assertThat(made.json().path("email").asString()).isEqualTo("jo@xn--bcher-kva.example");
        assertThat(made.json().path("stream").isNull()).isTrue();
        assertThat(made.json().path("reason").asString()).isEqualTo("manual");
        assertThat(made.json().path("origin").asString()).isEqualTo("api:test");
        assertThat(made.json().path("until").isNull()).isTrue();
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.json().path("until").asString()).isEqualTo("2998-12-31T23:00:00Z");
        assertThat(server.get(PATH).json().path("data").path(0)).isEqualTo(replaced.json());
        assertThat(server.engine.suppressions().entries("default", "jo@xn--bcher-kva.example"))
                .extracting(Suppression::until)
                .containsExactly(Instant.parse("2998-12-31T23:00:00Z"));
    }

    /** A list that is asked for one entry is walked as far as the first that fits, which may be all of it. */
    @Test
    void entries_of_an_address_are_found_without_walking_the_list() {
        server.post(PATH, "{\"email\":\"jo@example.org\",\"stream\":\"broadcast\"}");
        SuppressionStore unwalked = (SuppressionStore) Proxy.newProxyInstance(
                SuppressionStore.class.getClassLoader(),
                new Class<?>[] {SuppressionStore.class},
                (self, method, args) -> {
                    assertThat(method.getName()).isNotEqualTo("list");
                    return method.invoke(server.engine.suppressions(), args);
                });
        SuppressionApi api = new SuppressionApi(
                new ForwardingMailer() {
                    @Override
                    protected MailerEngine engine() {
                        return server.engine;
                    }

                    @Override
                    public SuppressionStore suppressions() {
                        return unwalked;
                    }
                },
                InstantSource.system());

        assertThat(api.list("default", Map.of("email", "jo@example.org", "stream", "broadcast"))
                        .data())
                .hasSize(1);
        assertThat(api.list("default", Map.of("email", "jo@example.org", "stream", "transactional"))
                        .data())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|missing_required_field|email",
                "{\"email\":\"nobody\"}|validation_error|email",
                "{\"email\":\"Jo <jo@example.org>\"}|validation_error|email",
                "{\"email\":7}|validation_error|email",
                "{\"email\":\"jo@example.org\",\"stream\":\"nothing\"}|validation_error|stream",
                "{\"email\":\"jo@example.org\",\"reason\":\"hatred\"}|validation_error|reason",
                "{\"email\":\"jo@example.org\",\"until\":\"tomorrow\"}|validation_error|until",
                "{\"email\":\"jo@example.org\",\"until\":\"-999999999-01-01T00:00:00Z\"}|validation_error|until",
                "{\"email\":\"jo@example.org\",\"until\":\"+999999999-01-01T00:00:00Z\"}|validation_error|until",
            })
    void what_is_wrong_names_its_field(String body, String name, String field) {
        ServerUnderTest.Answer answer = server.post(PATH, body);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("name").asString()).isEqualTo(name);
        assertThat(answer.json().path("field").asString()).isEqualTo(field);
        assertThat(emails("")).isEmpty();
    }

    @Test
    void a_null_is_for_good_and_unknown_fields_are_named() {
        ServerUnderTest.Answer answer =
                server.post(PATH, "{\"email\":\"jo@example.org\",\"until\":null,\"note\":\"x\"}");

        assertThat(answer.json().path("until").isNull()).isTrue();
        assertThat(answer.header("X-Mailer-Warning")).contains("note");
        assertThat(server.post(PATH + "/batch", "[{\"email\":\"jo@example.org\",\"raeson\":\"bounce\"}]")
                        .header("X-Mailer-Warning"))
                .contains("[0].raeson");
    }

    @Test
    void a_list_comes_page_by_page() {
        String all = IntStream.range(0, 25)
                .mapToObj(i -> "{\"email\":\"u" + i + "@example.org\"},{\"email\":\"u" + i
                        + "@example.org\",\"stream\":\"broadcast\"}")
                .collect(Collectors.joining(",", "[", "]"));
        server.post(PATH + "/batch", all);

        List<JsonNode> found = new ArrayList<>();
        String after = "";
        JsonNode page;
        do {
            page = server.get(PATH + "?limit=7&after=" + after).json();
            page.path("data").forEach(found::add);
            after = page.path("next").asString("");
            assertThat(after).doesNotContain("@", "%");
        } while (page.path("has_more").asBoolean());

        assertThat(found).hasSize(50).doesNotHaveDuplicates();
        assertThat(page.path("next").isNull()).isTrue();
        assertThat(server.get(PATH).json().path("data").size()).isEqualTo(20);
        assertThat(emails("?stream=broadcast&limit=100")).hasSize(25);
        assertThat(emails("?email=U3@Example.org")).hasSize(2);
        assertThat(emails("?email=u3@example.org&stream=broadcast")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "?limit=0,limit",
        "?limit=101,limit",
        "?after=x,after",
        "?stream=nothing,stream",
        "?email=x,email",
        "?email=jo@example.org&after=x,after",
        "?email=jo@example.org&stream=nothing,stream"
    })
    void a_bad_parameter_is_named(String query, String field) {
        ServerUnderTest.Answer answer = server.get(PATH + query);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("name").asString()).isEqualTo("invalid_parameter");
        assertThat(answer.json().path("field").asString()).isEqualTo(field);
    }

    @Test
    void an_entry_is_removed_whatever_its_address_has_in_it() {
        for (String address :
                List.of("jo+tag@example.org", "a/b@example.org", "100%@example.org", "\\\"a b\\\"@example.org")) {
            assertThat(server.post(PATH, "{\"email\":\"" + address + "\"}").status())
                    .isEqualTo(201);
        }

        assertThat(delete("Jo+tag@example.org").json().path("deleted").asBoolean())
                .isTrue();
        assertThat(delete("a%2Fb@example.org").status()).isEqualTo(200);
        assertThat(delete("100%25%40example.org").status()).isEqualTo(200);
        assertThat(delete("%22a%20b%22@example.org").status()).isEqualTo(200);
        assertThat(emails("")).isEmpty();
    }

    @Test
    void without_an_entry_there_is_nothing_to_remove() {
        server.post(PATH, "{\"email\":\"jo@example.org\",\"stream\":\"broadcast\"}");

        ServerUnderTest.Answer none = delete("jo@example.org");

        assertThat(none.status()).isEqualTo(404);
        assertThat(none.json().path("name").asString()).isEqualTo("not_found");
        assertThat(none.json().path("message").asString())
                .isEqualTo(
                        "There is no suppression of this address for all streams; there is one for stream broadcast (manual).");
        assertThat(delete("nobody@example.org?stream=broadcast").status()).isEqualTo(404);
        assertThat(delete("jo@example.org?stream=nothing").status()).isEqualTo(422);
        assertThat(delete("jo").json().path("field").asString()).isEqualTo("email");
        assertThat(delete("jo@example.org?stream=broadcast")
                        .json()
                        .path("stream")
                        .asString())
                .isEqualTo("broadcast");
        assertThat(emails("")).isEmpty();
    }

    @Test
    void what_else_is_asked_for_holds_for_an_address_too() {
        server.post(PATH, "{\"email\":\"jo@example.org\",\"reason\":\"bounce\",\"until\":\"2020-01-01T00:00:00Z\"}");
        server.post(PATH, "{\"email\":\"jo@example.org\"}");

        assertThat(emails("?email=jo@example.org")).hasSize(2);
        assertThat(emails("?email=jo@example.org&holds=now")).hasSize(1);
        assertThat(emails("?email=jo@example.org&domain=Example.org")).hasSize(2);
        assertThat(emails("?email=jo@example.org&domain=example.com")).isEmpty();
    }

    @Test
    void a_reason_is_an_entry_of_its_own_and_is_removed_by_itself() {
        for (String reason : List.of("bounce", "complaint", "manual", "unsubscribe")) {
            String body = "{\"email\":\"jo@example.org\",\"reason\":\"" + reason + "\"}";
            assertThat(server.post(PATH, body).status()).as(reason).isEqualTo(201);
            assertThat(server.post(PATH, body).status()).as(reason).isEqualTo(200);
        }

        assertThat(emails("?email=jo@example.org")).hasSize(4);
        assertThat(emails("?email=jo@example.org&reason=bounce")).hasSize(1);
        JsonNode one = delete("jo@example.org?reason=unsubscribe").json();
        assertThat(one.path("reason").asString()).isEqualTo("unsubscribe");
        assertThat(one.path("entries").asInt()).isEqualTo(1);
        assertThat(delete("jo@example.org?reason=unsubscribe").status()).isEqualTo(404);
        assertThat(delete("jo@example.org?reason=hatred").json().path("field").asString())
                .isEqualTo("reason");
        JsonNode rest = delete("jo@example.org").json();
        assertThat(rest.path("reason").isNull()).isTrue();
        assertThat(rest.path("entries").asInt()).isEqualTo(3);
        assertThat(emails("")).isEmpty();
    }

    private static final String MIXED = """
            [{"email":"a@example.org"},{"email":"a"},{"email":"b@example.org","stream":"nothing"},
             {"email":"c@example.org","stream":"broadcast"},{"email":"A@example.org"},7]
            """;

    @Test
    void a_strict_batch_with_a_bad_entry_stores_none() {
        ServerUnderTest.Answer answer = server.post(PATH + "/batch", MIXED);
        ServerUnderTest.Answer stream = server.post(
                PATH + "/batch",
                "[{\"email\":\"a@example.org\"},{\"email\":\"b@example.org\",\"stream\":\"nothing\"}]");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("field").asString()).isEqualTo("[1].email");
        assertThat(stream.status()).isEqualTo(422);
        assertThat(stream.json().path("field").asString()).isEqualTo("[1].stream");
        assertThat(emails("")).isEmpty();
    }

    @Test
    void a_permissive_batch_stores_the_good_ones_and_names_the_others() {
        ServerUnderTest.Answer checked = server.post(PATH + "/batch", MIXED, "x-batch-validation", "check");
        assertThat(emails("")).isEmpty();
        ServerUnderTest.Answer answer = server.post(PATH + "/batch", MIXED, "x-batch-validation", "permissive");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json()).isEqualTo(checked.json());
        assertThat(answer.json().path("added").asInt()).isEqualTo(2);
        assertThat(answer.json().path("replaced").asInt()).isEqualTo(1);
        assertThat(answer.json()
                        .path("errors")
                        .valueStream()
                        .map(e ->
                                e.path("index").asInt() + " " + e.path("field").asString()))
                .containsExactly("1 [1].email", "2 [2].stream", "5 [5]");
        assertThat(answer.json().path("errors").path(2).path("message").asString())
                .isEqualTo("`[5]` must be an object, not a number.");
        assertThat(emails("")).containsExactlyInAnyOrder("a@example.org", "c@example.org");
    }

    @Test
    void an_entry_for_all_streams_is_no_entry_of_a_stream_called_null() {
        ServerUnderTest.Answer answer = server.post(
                PATH + "/batch",
                "[{\"email\":\"a@example.org\"},{\"email\":\"b@example.org\",\"stream\":\"null\"}]",
                "x-batch-validation",
                "permissive");

        assertThat(answer.json().path("added").asInt()).as(answer.body()).isEqualTo(1);
        assertThat(answer.json().path("errors").size()).isEqualTo(1);
        assertThat(emails("")).containsExactly("a@example.org");
    }

    @Test
    void a_batch_is_bounded() {
        String many = IntStream.rangeClosed(0, SuppressionApi.MAX_BATCH)
                .mapToObj(i -> "{\"email\":\"u" + i + "@a.org\"}")
                .collect(Collectors.joining(",", "[", "]"));

        ServerUnderTest.Answer answer = server.post(PATH + "/batch", many);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("message").asString()).isEqualTo("The body must be a list of 1 to 1000 entries.");
        assertThat(server.post(PATH + "/batch", "[]").status()).isEqualTo(422);
    }
}
