// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.server.http.Json;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole server in its own process, with nothing replaced, as its user meets it. */
class WholeServerTest {
    @TempDir
    private static Path folder;

    private static ServerProcess server;
    private static Shell shell;

    @BeforeAll
    static void start() throws IOException {
        server = new ServerProcess(folder.resolve("data"));
        shell = new Shell(folder.resolve("data"));
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static JsonNode done(String id) throws IOException, InterruptedException {
        return server.json("/v1/emails/" + id + "?wait=25");
    }

    @Test
    void the_greeting_leads_to_a_first_mail_in_the_mailbox() throws Exception {
        assertThat(server.greeting.get(0)).matches("Mailer runs at http://127\\.0\\.0\\.1:\\d+");
        assertThat(server.greeting).contains("Mailbox        " + server.url + "/mailbox");

        HttpResponse<String> accepted = server.exchange(ServerProcess.requestOf(server.curl()));
        String id = Json.MAPPER.readTree(accepted.body()).path("id").asString();
        JsonNode email = done(id);
        JsonNode kept = server.json("/mailbox/api/messages/" + id);

        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
        assertThat(email.path("last_event").asString()).isIn("sent", "delivered");
        assertThat(kept.path("subject").asString()).isEqualTo("Hello");
        assertThat(kept.path("text").asString()).contains("It works.");
        assertThat(server.get("/mailbox/").body()).contains("Hello");
    }

    @Test
    void health_meters_and_contract_are_there() throws Exception {
        assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
        assertThat(server.json("/health/ready").path("status").asString()).isEqualTo("up");
        assertThat(server.get("/metrics").body())
                .contains("mailer_store_commit_seconds_count", "mailer_ledger_commit_seconds_count")
                .contains("jvm_memory_used_bytes");
        assertThat(server.get("/openapi.yaml").body()).startsWith("openapi: 3");
    }

    @Test
    void a_hundred_requests_with_one_idempotency_key_are_one_mail() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        server.post(
                                "/v1/emails",
                                "{\"from\":\"a@example.com\",\"to\":\"b@example.com\",\"subject\":\"just once\",\"text\":\"x\"}"),
                        (name, value) -> true)
                .header("Idempotency-Key", "order-1")
                .build();

        List<CompletableFuture<HttpResponse<String>>> calls = IntStream.range(0, 100)
                .mapToObj(i -> server.http().sendAsync(request, HttpResponse.BodyHandlers.ofString()))
                .toList();
        List<HttpResponse<String>> answers =
                calls.stream().map(CompletableFuture::join).toList();
        Set<String> ids = answers.stream()
                .map(a -> Json.MAPPER.readTree(a.body()).path("id").asString())
                .collect(Collectors.toSet());
        String id = ids.iterator().next();

        assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200);
        assertThat(ids).hasSize(1);
        assertThat(answers.stream()
                        .filter(a ->
                                a.headers().firstValue("Idempotent-Replayed").isEmpty()))
                .hasSize(1);
        assertThat(done(id).path("last_event").asString()).isIn("sent", "delivered");
        assertThat(server.json("/mailbox/api/messages?q=once").path("total").asInt())
                .isEqualTo(1);
    }

    @Test
    void a_file_of_five_megabytes_arrives_as_the_list_of_bytes_that_node_makes_of_it() throws Exception {
        int size = 5 << 20;
        HttpResponse<String> accepted = server.exchange(server.post(
                "/v1/emails",
                "{\"from\":\"a@example.com\",\"to\":\"b@example.com\",\"subject\":\"large\",\"text\":\"x\",\"attachments\":"
                        + "[{\"filename\":\"a.bin\",\"content\":{\"type\":\"Buffer\",\"data\":["
                        + "200,".repeat(size - 1) + "200]}}]}"));
        HttpResponse<String> hostile =
                server.exchange(server.post("/v1/emails", "{\"headers\":[" + "1,".repeat(5_000_000) + "1]}"));

        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
        String id = Json.MAPPER.readTree(accepted.body()).path("id").asString();
        assertThat(done(id).path("last_event").asString()).isIn("sent", "delivered");
        JsonNode kept = server.json("/mailbox/api/messages/" + id);
        assertThat(kept.at("/attachments/0/encodedSize").asInt())
                .as(kept.toString())
                .isGreaterThan(size * 4 / 3);
        assertThat(hostile.statusCode()).isEqualTo(413);
    }

    @Test
    void the_command_line_finds_the_server_and_its_key_in_the_folder() {
        Shell.Result sent = shell.run(
                "send",
                "--from",
                "a@example.com",
                "--to",
                "c@example.com",
                "--subject",
                "cli",
                "--text",
                "t",
                "--wait",
                "--json");
        String id = sent.json().path("id").asString();

        assertThat(sent.exit()).as(sent.err()).isZero();
        assertThat(shell.run("status", id).out()).contains("c@example.com  ");
        assertThat(shell.run("trace", id).out()).contains("queued").contains("sent");
        assertThat(shell.run("list", "--to", "c@example.com", "--status", "sent")
                        .out())
                .startsWith(id);
        assertThat(shell.run("queue", "--json").json().path("data").isArray()).isTrue();
        assertThat(shell.run(
                                "send",
                                "--from",
                                "a@example.com",
                                "--to",
                                "d+bounce@example.com",
                                "--subject",
                                "x",
                                "--text",
                                "t",
                                "--wait")
                        .exit())
                .isEqualTo(1);
        assertThat(shell.run("cancel", id).exit()).isEqualTo(2);
    }

    @Test
    void a_signal_ends_the_server_in_order_and_the_log_is_json_that_names_mails(@TempDir Path other) throws Exception {
        Path data = other.resolve("data");
        List<String> log;
        String id;
        try (ServerProcess ending = new ServerProcess(data)) {
            HttpResponse<String> accepted = ending.exchange(ServerProcess.requestOf(ending.curl()));
            id = Json.MAPPER.readTree(accepted.body()).path("id").asString();
            assertThat(ending.get("/v1/emails/" + id + "?wait=25").statusCode()).isEqualTo(200);

            assertThat(ending.terminate()).isZero();
            log = ending.log();
        }

        assertThat(data.resolve("server.json")).doesNotExist();
        assertThat(log)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(
                                Json.MAPPER.readTree(line).path("level").asString())
                        .isNotEmpty());
        assertThat(log.stream()
                        .map(line ->
                                Json.MAPPER.readTree(line).at("/mdc/messageId").asString("")))
                .contains(id);
        assertThat(new Shell(data).run("status", id).exit()).isZero();
        assertThat(Files.readString(data.resolve("keys.json"))).contains("\"first\"");
    }
}
