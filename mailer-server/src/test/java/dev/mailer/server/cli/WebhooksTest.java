// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.mailer.server.ApiCalls;
import dev.mailer.server.HookReceiver;
import dev.mailer.server.config.Settings;
import dev.mailer.server.config.SettingsReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Webhooks of a whole server, by its API and its command line. */
class WebhooksTest {
    @TempDir
    private Path folder;

    private HookReceiver receiver;
    private List<String> got;
    private Installation server;
    private ApiCalls api;

    @BeforeEach
    void start() throws Exception {
        receiver = HookReceiver.start();
        got = receiver.got();
        Settings settings = SettingsReader.read(
                null,
                Map.of(),
                Map.of(
                        "data", folder.resolve("home").toString(),
                        "server.port", "0",
                        "webhooks.allow", "127.0.0.1",
                        "webhooks.endpoints.shop.url", url(),
                        "webhooks.endpoints.shop.secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                        "webhooks.endpoints.shop.types", "bounced"));
        server = Installation.start(settings, InstantSource.system());
        api = new ApiCalls(server.url(), server.firstKey());
    }

    @AfterEach
    void stop() {
        server.close();
        receiver.close();
    }

    private String url() {
        return receiver.url();
    }

    @Test
    void an_endpoint_is_made_told_shown_and_told_again() throws Exception {
        JsonNode made = call(
                "POST",
                "/v1/webhooks",
                "{\"endpoint\":\"" + url() + "\",\"events\":[\"email.sent\"],"
                        + "\"headers\":{\"Authorization\":\"Bearer secret-of-theirs\"}}",
                201);
        String path = "/v1/webhooks/" + made.path("id").asString();
        assertThat(made.path("signing_secret").asString()).startsWith("whsec_");
        assertThat(call("GET", path, null, 200).path("signing_secret").isNull()).isTrue();
        assertThat(call("GET", "/v1/webhooks", null, 200).toString()).doesNotContain("secret-of-theirs", "whsec_");

        receiver.answer(500);
        call(
                "POST",
                "/v1/emails",
                "{\"from\":\"a@example.com\",\"to\":\"b@example.org\",\"subject\":\"x\",\"text\":\"y\"}",
                200);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !got.isEmpty());
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> call("GET", path, null, 200).path("failures").asInt() == 1);
        JsonNode listed = call("GET", path + "/deliveries?status=waiting", null, 200)
                .path("data")
                .get(0);
        JsonNode delivery =
                call("GET", path + "/deliveries/" + listed.path("event_id").asString(), null, 200);
        assertThat(delivery.path("type").asString()).isEqualTo("email.sent");
        assertThat(delivery.at("/attempts/0/status_code").asInt()).isEqualTo(500);

        String email = call("GET", "/v1/emails", null, 200).at("/data/0/id").asString();
        JsonNode told = call("GET", "/v1/emails/" + email + "/trace", null, 200).path("webhooks");
        assertThat(told).hasSize(1);
        assertThat(told.at("/0/event_id").asString())
                .isEqualTo(listed.path("event_id").asString());
        assertThat(told.at("/0/webhook").asString()).isEqualTo(made.path("id").asString());
        assertThat(told.at("/0/status").asString()).isEqualTo("waiting");
        assertThat(told.at("/0/status_code").asInt()).isEqualTo(500);
        assertThat(told.at("/0/next_attempt_at").isString()).isTrue();
        assertThat(new Shell(folder.resolve("home")).run("trace", email).out())
                .contains("webhook " + made.path("id").asString() + ": waiting 500, status, ")
                .contains(", attempts 1, next ");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> call("GET", "/health/ready", null, 200)
                                .at("/plugins/webhooks/endpoints")
                                .asInt()
                        == 2);
        assertThat(call("GET", "/health/ready", null, 200)
                        .at("/plugins/webhooks/oldest_waiting_seconds")
                        .isNumber())
                .isTrue();
        assertThat(call("GET", "/.well-known/jwks.json", null, 200).path("keys"))
                .isEmpty();

        receiver.answer(204);
        call("POST", path + "/test", null, 200);
        assertThat(got.get(got.size() - 1)).contains("webhook.test");
        JsonNode rotated = call("POST", path + "/rotate", null, 200);
        assertThat(rotated.path("signing_secret").asString())
                .isNotEqualTo(made.path("signing_secret").asString());
        assertThat(call("PATCH", path, "{\"status\":\"disabled\"}", 200)
                        .path("status")
                        .asString())
                .isEqualTo("disabled");
        assertThat(call("PATCH", path, "{\"status\":\"enabled\"}", 200)
                        .path("status")
                        .asString())
                .isEqualTo("enabled");
        assertThat(call("POST", path + "/replay", null, 200).path("replayed").asInt())
                .isZero();
        assertThat(call("DELETE", path, null, 200).path("deleted").asBoolean()).isTrue();
        call("GET", path, null, 404);
    }

    @Test
    void what_was_told_and_what_never_was_is_told_again_as_it_is_chosen() throws Exception {
        String first = send();
        Instant between = Instant.now();
        JsonNode made =
                call("POST", "/v1/webhooks", "{\"endpoint\":\"" + url() + "\",\"events\":[\"email.sent\"]}", 201);
        String path = "/v1/webhooks/" + made.path("id").asString();
        String second = send();
        told(1);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> !call("GET", path + "/deliveries?status=delivered", null, 200)
                        .path("data")
                        .isEmpty());

        assertThat(replayed(path, "{\"until\":\"" + between + "\"}")).isZero();
        assertThat(replayed(path, "{\"status\":\"dead\"}")).isZero();
        assertThat(replayed(path, "{\"status\":\"delivered\"}")).isEqualTo(1);
        told(2);
        assertThat(replayed(path, "{\"since\":\"2020-01-01T00:00:00Z\",\"until\":\"" + between + "\"}"))
                .as("from before it was made")
                .isEqualTo(1);
        told(3);
        String number = call("GET", "/v1/emails/" + first + "/events", null, 200)
                .path("data")
                .valueStream()
                .filter(e -> e.path("type").asString().equals("sent"))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asString();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> replayed(path, "{\"event_id\":" + number + "}") == 1);
        told(4);
        call("POST", path + "/replay", "{\"event_id\":\"x\"}", 422);
        assertThat(got.get(0)).contains(second);
        assertThat(got.get(1)).isEqualTo(got.get(0));
        assertThat(got.get(2)).contains(first);
        assertThat(got.get(3)).isEqualTo(got.get(2));

        call(
                "POST",
                "/v1/webhooks",
                "{\"endpoint\":\"" + url() + "\",\"events\":[\"email.sent\"],\"since\":\"2020-01-01T00:00:00Z\"}",
                201);
        told(6);
        Shell shell = new Shell(folder.resolve("home"));
        String id = made.path("id").asString();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> shell.run("webhooks", "replay", id, number).out().contains("tells again: 1"));
        told(7);
        assertThat(shell.run("webhooks", "replay", id, "--since", "2020-01-01T00:00:00Z", "--until", between.toString())
                        .out())
                .contains("tells again: 0");
        assertThat(shell.run("webhooks", "add", url(), "--type", "sent", "--since", "2020-01-01T00:00:00Z")
                        .exit())
                .isZero();
        told(9);
    }

    private String send() throws Exception {
        String id = call(
                        "POST",
                        "/v1/emails",
                        "{\"from\":\"a@example.com\",\"to\":\"b@example.org\",\"subject\":\"x\",\"text\":\"y\"}",
                        200)
                .path("id")
                .asString();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> call("GET", "/v1/emails/" + id + "/events", null, 200)
                        .toString()
                        .contains("\"sent\""));
        return id;
    }

    private void told(int times) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> got.size() >= times);
        assertThat(got).hasSize(times);
    }

    private int replayed(String path, String body) throws Exception {
        JsonNode all = call("POST", path + "/replay", body, 200);
        assertThat(all.path("has_more").asBoolean(true)).isFalse();
        assertThat(all.path("next").isNull()).isTrue();
        return all.path("replayed").asInt();
    }

    @Test
    void the_command_line_asks_for_part_after_part() throws Exception {
        List<JsonNode> asked = new CopyOnWriteArrayList<>();
        String[] answers = {
            "{\"object\":\"webhook\",\"id\":\"wh_1\",\"endpoint\":\"https://example.com/\",\"replay_next\":\"log-1-9\"}",
            "{\"object\":\"webhook\",\"id\":\"wh_1\",\"replayed\":9000,\"has_more\":true,\"next\":\"feed-2-9\"}",
            "{\"object\":\"webhook\",\"id\":\"wh_1\",\"replayed\":30,\"has_more\":false,\"next\":null}"
        };
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/v1/webhooks", exchange -> {
            asked.add(JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes()));
            boolean adds = exchange.getRequestURI().getPath().equals("/v1/webhooks");
            JsonNode after = asked.get(asked.size() - 1).path("after");
            byte[] answer =
                    answers[adds ? 0 : after.asString("").startsWith("feed") ? 2 : 1].getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        other.start();
        try {
            String url = "http://127.0.0.1:" + other.getAddress().getPort();
            Shell shell = new Shell(folder.resolve("elsewhere"));

            Shell.Result all =
                    shell.run("webhooks", "replay", "wh_1", "--status", "dead", "--server", url, "--key", "k");
            assertThat(all.out()).contains("tells again: 9030");
            assertThat(all.err()).contains("tells again: 9000 so far");
            assertThat(asked).extracting(a -> a.path("after").asString("")).containsExactly("", "feed-2-9");
            assertThat(asked)
                    .extracting(a -> a.path("status").asString(""))
                    .as("and all else as it was")
                    .containsExactly("dead", "dead");

            asked.clear();
            String since = "2026-08-01T00:00:00Z";
            Shell.Result made = shell.run(
                    "webhooks", "add", "https://example.com/", "--since", since, "--server", url, "--key", "k");
            assertThat(made.out()).contains("wh_1");
            assertThat(asked).extracting(a -> a.path("after").asString("")).containsExactly("", "log-1-9", "feed-2-9");
            assertThat(asked).extracting(a -> a.path("since").asString("")).containsOnly(since);
        } finally {
            other.stop(0);
        }
    }

    @Test
    void a_pair_of_keys_is_made_and_followed_by_another() throws Exception {
        JsonNode made =
                call("POST", "/v1/webhooks", "{\"endpoint\":\"" + url() + "\",\"signing_kind\":\"ed25519\"}", 201);
        String path = "/v1/webhooks/" + made.path("id").asString();
        assertThat(made.path("signing_secret").asString()).startsWith("whsk_");
        assertThat(made.at("/public_keys/0").asString()).startsWith("whpk_");

        JsonNode next = call("POST", path + "/rotate", null, 200);
        assertThat(next.path("signing_secret").asString()).startsWith("whsk_");
        assertThat(next.path("public_keys")).hasSize(2);
        assertThat(call("POST", path + "/rotate", "{\"signing_kind\":\"hmac\"}", 200)
                        .path("signing_secret")
                        .asString())
                .startsWith("whsec_");
        call("POST", path + "/rotate", "{\"signing_kind\":\"rsa\"}", 422);
        call(
                "POST",
                path + "/rotate",
                "{\"signing_kind\":\"hmac\",\"signing_secret\":\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"}",
                422);
    }

    /** A test keeps a thread of the server for as long as the receiver likes, which the tenant may be itself. */
    @Test
    void a_tenant_keeps_four_threads_at_most_with_tests() throws Exception {
        List<Thread> tests = new ArrayList<>();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String hangs = "http://127.0.0.1:" + silent.getLocalPort() + "/";
            JsonNode made = call("POST", "/v1/webhooks", "{\"endpoint\":\"" + hangs + "\"}", 201);
            String test = "/v1/webhooks/" + made.path("id").asString() + "/test";
            List<Socket> taken = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Thread one = new Thread(() -> send(test));
                one.start();
                tests.add(one);
                taken.add(silent.accept());
            }

            HttpResponse<String> fifth = api.send("POST", test, null);

            assertThat(fifth.statusCode()).isEqualTo(503);
            assertThat(fifth.headers().firstValue("Retry-After")).isPresent();
            for (Socket socket : taken) {
                socket.close();
            }
            for (Thread one : tests) {
                one.join();
            }
            receiver.answer(204);
            call("PATCH", "/v1/webhooks/" + made.path("id").asString(), "{\"endpoint\":\"" + url() + "\"}", 200);
            assertThat(call("POST", test, null, 200).path("result").asString()).isEqualTo("delivered");
        }
    }

    private void send(String path) {
        try {
            var unused = api.send("POST", path, null);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whose_an_endpoint_is_and_since_when_cannot_be_changed() throws Exception {
        JsonNode made = call("POST", "/v1/webhooks", "{\"endpoint\":\"" + url() + "\"}", 201);
        String path = "/v1/webhooks/" + made.path("id").asString();

        JsonNode changed = call(
                "PATCH",
                path,
                "{\"id\":\"shop\",\"tenant\":\"other\",\"created_at\":\"2020-01-01T00:00:00Z\",\"managed\":true,"
                        + "\"description\":\"mine\"}",
                200);

        assertThat(changed.path("description").asString()).isEqualTo("mine");
        for (String field : List.of("id", "created_at", "managed")) {
            assertThat(changed.path(field)).as(field).isEqualTo(made.path(field));
        }
        assertThat(call("GET", path, null, 200)).isEqualTo(changed);
        assertThat(call("GET", "/v1/webhooks", null, 200).path("data")).hasSize(2);
    }

    @Test
    void what_is_wrong_with_an_endpoint_is_said_of_its_field() throws Exception {
        for (String[] wrong : new String[][] {
            {"{}", "missing_required_field", "endpoint"},
            {"{\"endpoint\":\"http://example.com/\"}", "validation_error", "endpoint"},
            {"{\"endpoint\":\"https://169.254.169.254/\"}", "validation_error", "endpoint"},
            {"{\"endpoint\":\"https://example.com/\",\"events\":[\"email.lost\"]}", "validation_error", "events[0]"},
            {
                "{\"endpoint\":\"https://example.com/\",\"signing_secret\":\"short\"}",
                "validation_error",
                "signing_secret"
            },
            {"{\"endpoint\":\"https://example.com/\",\"headers\":{\"Host\":\"x\"}}", "validation_error", "headers"},
            {"{\"endpoint\":\"https://example.com/\",\"format\":\"postal\"}", "validation_error", "format"}
        }) {
            JsonNode error = call("POST", "/v1/webhooks", wrong[0], 422);
            assertThat(error.path("name").asString()).as(wrong[0]).isEqualTo(wrong[1]);
            assertThat(error.path("field").asString()).as(wrong[0]).isEqualTo(wrong[2]);
        }
        call("PATCH", "/v1/webhooks/shop", "{\"description\":\"mine\"}", 422);
        call("DELETE", "/v1/webhooks/shop", null, 422);
        call("GET", "/v1/webhooks/wh_none", null, 404);
        call("GET", "/v1/webhooks/shop/deliveries/x", null, 404);
        for (String[] wrong : new String[][] {
            {"GET", "?status=lost", null, "invalid_parameter", "status"},
            {"GET", "?type=email.lost", null, "invalid_parameter", "type"},
            {"GET", "?after=x", null, "invalid_parameter", "after"},
            {"POST", "", "{\"status\":\"lost\"}", "validation_error", "status"},
            {"POST", "", "{\"event_id\":100000000000000000000}", "validation_error", "event_id"},
            {"POST", "", "{\"event_id\":\"1\"}", "validation_error", "event_id"},
            {
                "POST",
                "",
                "{\"since\":\"2026-08-05T12:00:00Z\",\"until\":\"2026-08-05T12:00:00Z\"}",
                "validation_error",
                "since"
            },
            {"POST", "", "{\"after\":\"1\"}", "validation_error", "after"}
        }) {
            String path = wrong[0].equals("GET") ? "/deliveries" + wrong[1] : "/replay";
            JsonNode error = call(wrong[0], "/v1/webhooks/shop" + path, wrong[2], 422);
            assertThat(error.path("name").asString()).as(wrong[4]).isEqualTo(wrong[3]);
            assertThat(error.path("field").asString()).as(wrong[4]).isEqualTo(wrong[4]);
        }
    }

    @Test
    void the_command_line_does_the_same() {
        Shell shell = new Shell(folder.resolve("home"));

        assertThat(shell.run("webhooks").out()).contains("shop", "email.bounced", "0 waiting");
        assertThat(shell.run("webhooks", "list")).isEqualTo(shell.run("webhooks"));
        JsonNode made = shell.run("webhooks", "add", url(), "--type", "sent", "--header", "X-A=b", "--json")
                .json();
        String id = made.path("id").asString();
        assertThat(made.path("headers").get(0).asString()).isEqualTo("X-A");
        Shell.Result good = shell.run("webhooks", "test", id);
        assertThat(good.out()).contains("delivered 204");
        assertThat(good.exit()).isZero();
        shell.run("webhooks", "change", id, "--url", "http://127.0.0.1:1/nobody-listens");
        Shell.Result bad = shell.run("webhooks", "test", id);
        assertThat(bad.out()).contains("  connect  ");
        assertThat(bad.exit()).isEqualTo(ExitCodes.FAILED);
        shell.run("webhooks", "change", id, "--url", url());
        assertThat(shell.run("webhooks", "change", id, "--stream", "broadcast", "--stream", "transactional")
                        .out())
                .contains("email.sent of broadcast, transactional  0 waiting");
        assertThat(shell.run("webhooks", "change", id, "--all-streams", "--all-types")
                        .out())
                .contains("all events  0 waiting");
        assertThat(shell.run("webhooks", "change", id, "--type", "sent", "--description", "mine")
                        .out())
                .contains("0 waiting  mine");
        assertThat(shell.run("webhooks", "disable", id).out()).contains("disabled");
        assertThat(shell.run("webhooks", "enable", id).out()).contains("enabled");
        assertThat(shell.run("webhooks", "rotate", id).out()).contains("signing secret, shown this once: whsec_");
        assertThat(shell.run("webhooks", "log", id).out()).contains("none");
        assertThat(shell.run("webhooks", "replay", id).out()).contains("tells again: 0");
        assertThat(shell.run("webhooks", "replay", id, "4711").err())
                .contains("This webhook has no delivery of this event.");
        assertThat(shell.run("webhooks", "replay", id, "--since", "2020-01-01T00:00:00Z")
                        .out())
                .contains("tells again: 0");
        assertThat(shell.run("webhooks", "rotate", id, "--signing", "ed25519").out())
                .contains("shown this once: whsk_", "verified with: whpk_");
        assertThat(shell.run("webhooks", "remove", id).out()).contains("removed " + id);
        assertThat(shell.run("webhooks", "test", id).exit()).isEqualTo(ExitCodes.NOT_FOUND);
    }

    @Test
    void fields_that_nobody_reads_are_named_in_a_warning() throws Exception {
        String hook = "/v1/webhooks/"
                + call("POST", "/v1/webhooks", "{\"endpoint\":\"" + url() + "\"}", 201)
                        .path("id")
                        .asString();
        for (String[] request : new String[][] {
            {"POST", "/v1/webhooks", "{\"endpoint\":\"" + url() + "\",\"types\":[\"sent\"]}", "types"},
            {"PATCH", hook, "{\"url\":\"" + url() + "\",\"endpoint\":\"" + url() + "\"}", "url"},
            {"POST", hook + "/rotate", "{\"secret\":\"x\"}", "secret"},
            {"POST", hook + "/replay", "{\"event\":5,\"status\":\"dead\"}", "event"}
        }) {
            assertThat(api.send(request[0], request[1], request[2]).headers().allValues("X-Mailer-Warning"))
                    .as(request[1])
                    .containsExactly("unknown fields ignored: " + request[3]);
        }
        assertThat(api.send("POST", hook + "/replay", "{\"status\":\"dead\"}")
                        .headers()
                        .allValues("X-Mailer-Warning"))
                .isEmpty();
    }

    private JsonNode call(String method, String path, String body, int expected) throws Exception {
        return api.call(method, path, body, expected);
    }
}
