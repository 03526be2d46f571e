// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.api.spi.SiteState;
import dev.mailer.api.spi.TlsCount;
import dev.mailer.core.MailerEngine;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailerServerTest {
    /** Of the server. */
    private static final int THREADS = 250;

    private ServerUnderTest server;

    @BeforeEach
    void start(@TempDir Path folder) {
        FakeEngine engine = new FakeEngine();
        engine.endpoints.add(new Echo("/mailbox", true));
        engine.endpoints.add(new Echo("/dev/mail", true));
        engine.endpoints.add(new Echo("/t", false));
        server = new ServerUnderTest(folder, engine, Duration.ZERO);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private record Echo(String path, boolean forDevelopers) implements HttpEndpoint {
        static final CompletableFuture<Response> LATER = new CompletableFuture<>();
        static final CountDownLatch SLOW = new CountDownLatch(1);

        @Override
        public boolean isNonBlocking(Request request) {
            if (request.path().equals("/unsure")) {
                throw new IllegalStateException("not known");
            }
            return !request.path().equals("/slow");
        }

        @Override
        public CompletionStage<Response> handleAsync(Request request) {
            return request.path().equals("/later") ? LATER : HttpEndpoint.super.handleAsync(request);
        }

        @Override
        public Response handle(Request request) {
            if (request.path().equals("/fail")) {
                throw new IllegalStateException("secret");
            }
            if (request.path().equals("/away")) {
                throw new MailerUnavailableException("secret", Duration.ofSeconds(7), null);
            }
            if (request.path().equals("/broken")) {
                throw new NoClassDefFoundError("secret");
            }
            if (request.path().equals("/slow")) {
                awaitSlow();
            }
            return new Response(
                    201,
                    Map.of("Content-Type", "text/x-echo", "Content-Security-Policy", "own"),
                    Bytes.utf8(request.method() + " [" + request.path() + "] " + request.query() + " "
                            + request.header("X-Test") + " " + request.body().asUtf8()));
        }

        private static void awaitSlow() {
            try {
                SLOW.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void every_route_is_in_the_contract_and_the_contract_has_no_other() {
        String yaml = server.exchange(server.request("/openapi.yaml")).body();

        assertThat(server.server.routes()).containsExactlyInAnyOrderElementsOf(routes(yaml));
    }

    private static List<String> routes(String yaml) {
        List<String> routes = new ArrayList<>();
        String path = "";
        Matcher line = Pattern.compile("(?m)^(?:  (/\\S*):|    (get|post|put|patch|delete):)$")
                .matcher(yaml);
        while (line.find()) {
            if (line.group(1) != null) {
                path = line.group(1);
            } else {
                routes.add(line.group(2).toUpperCase(Locale.ROOT) + " " + path);
            }
        }
        return routes;
    }

    @Test
    void every_route_of_the_api_asks_for_a_key() {
        for (String route : server.server.routes()) {
            String[] parts = route.split(" ", 2);
            if (!parts[1].startsWith("/v1/")) {
                continue;
            }
            String path = parts[1].replaceAll("\\{[^}]*}", FakeEngine.unknownId());
            HttpRequest.Builder without =
                    server.request(path).method(parts[0], HttpRequest.BodyPublishers.ofString("{}"));
            HttpRequest.Builder wrong = server.request(path)
                    .header("Authorization", "Bearer mk_wrong")
                    .method(parts[0], HttpRequest.BodyPublishers.ofString("{}"));

            ServerUnderTest.Answer missing = server.exchange(without);
            ServerUnderTest.Answer invalid = server.exchange(wrong);

            assertThat(missing.status()).as(route).isEqualTo(401);
            assertThat(missing.json().path("name").asString()).isEqualTo("missing_api_key");
            assertThat(invalid.status()).as(route).isEqualTo(403);
            assertThat(invalid.json().path("name").asString()).isEqualTo("invalid_api_key");
        }
    }

    @Test
    void a_revoked_key_ends_at_once() {
        String id = server.keys.list().get(0).id();
        assertThat(server.get("/v1/emails").status()).isEqualTo(200);

        server.keys.revoke(id);

        assertThat(server.get("/v1/emails").status()).isEqualTo(403);
    }

    @Test
    void what_is_nowhere_is_404_and_a_wrong_method_405_in_json() {
        ServerUnderTest.Answer nowhere = server.get("/v1/nothing");
        ServerUnderTest.Answer wrong =
                server.exchange(server.authorized("/v1/emails/batch").DELETE());

        assertThat(nowhere.status()).isEqualTo(404);
        assertThat(nowhere.body())
                .isEqualTo(
                        "{\"statusCode\":404,\"name\":\"not_found\",\"message\":\"There is nothing at this path.\"}");
        assertThat(wrong.status()).isEqualTo(405);
        assertThat(wrong.json().path("name").asString()).isEqualTo("method_not_allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"%s\"", "{\"names\":1,\"names\":2,\"x\":\"%s\"}"})
    void a_client_that_reads_when_it_has_written_all_still_reads_why_it_was_refused(String body) throws Exception {
        // more than sockets hold
        byte[] large = body.formatted("a".repeat(20_000_000)).getBytes(StandardCharsets.US_ASCII);
        String head =
                "POST /v1/emails HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                        + server.key + "\r\nContent-Length: " + large.length + "\r\nConnection: close\r\n\r\n";
        int port = URI.create(server.server.localUrl().toString()).getPort();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(large);

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 4").contains("validation_error");
        }
    }

    @ParameterizedTest
    @CsvSource({"/v1/emails", "/v1/emails/batch", "/v1/queues/pause", "/v1/queues/resume", "/mailbox", "/t/x"})
    void a_body_beyond_the_limit_is_413_announced_or_not(String path) {
        byte[] large = ("\"" + "a".repeat((int) ServerUnderTest.BODY_SIZE)).getBytes(StandardCharsets.US_ASCII);

        ServerUnderTest.Answer announced =
                server.exchange(server.authorized(path).POST(HttpRequest.BodyPublishers.ofByteArray(large)));
        ServerUnderTest.Answer chunked = server.exchange(server.authorized(path)
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))));

        assertThat(List.of(announced.status(), chunked.status())).containsExactly(413, 413);
        assertThat(announced.json().path("message").asString()).contains("65536 bytes");
    }

    @Test
    void a_compressed_body_is_not_unpacked() {
        ServerUnderTest.Answer answer = server.post("/v1/emails", "x", "Content-Encoding", "gzip");

        assertThat(answer.status()).isEqualTo(415);
    }

    @Test
    void answers_carry_the_headers_that_browsers_need() {
        ServerUnderTest.Answer answer = server.exchange(server.request("/"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("text/html");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Content-Security-Policy")).contains("default-src 'none'");
        assertThat(answer.header("Server")).isEmpty();
        assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
        assertThat(answer.body()).contains("href=\"/mailbox\"");
    }

    @Test
    void health_is_live_always_and_ready_when_the_engine_is() {
        assertThat(server.exchange(server.request("/health/ready")).status()).isEqualTo(200);
        server.engine.health = new MailerEngine.Health(
                false,
                true,
                "org.example.DiskException",
                Duration.ofSeconds(4),
                List.of("smtp://mx.internal:25"),
                Map.of("webhooks", Map.of("dead", 2L, "oldestWaitingSeconds", 7L)));

        try (LogUnderTest log = new LogUnderTest()) {
            ServerUnderTest.Answer ready = server.exchange(server.request("/health/ready"));

            assertThat(server.exchange(server.request("/health/live")).status()).isEqualTo(200);
            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.body())
                    .isEqualTo("{\"status\":\"down\",\"accepting\":false,\"sending\":true,"
                            + "\"problem\":\"the store takes no mail, or the server is ending; the log says why\","
                            + "\"oldest_ready_seconds\":4,\"open_circuits\":1,"
                            + "\"plugins\":{\"webhooks\":{\"dead\":2,\"oldest_waiting_seconds\":7}}}");
            assertThat(log.lines()).containsExactly("health: org.example.DiskException");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            true  | 0 | 200 |
            true  | 1 | 200 | some transports rest because they failed; the log names them
            false | 1 | 503 | nothing is sent, every transport rests because it failed; the log names them
            false | 0 | 503 | nothing is sent by this process; the log says why""")
    void readiness_says_in_words_of_its_own_what_is_wrong_with_sending(
            boolean sending, int circuits, int status, String problem) {
        server.engine.health = new MailerEngine.Health(
                true,
                sending,
                "in the engine's words",
                Duration.ZERO,
                List.of("smtp://mx:25").subList(0, circuits));

        ServerUnderTest.Answer ready = server.exchange(server.request("/health/ready"));

        assertThat(ready.status()).isEqualTo(status);
        assertThat(ready.json().path("problem").asString(null)).isEqualTo(problem);
    }

    @Test
    void metrics_count_requests_by_route_and_not_by_path() {
        server.get("/v1/emails/" + FakeEngine.unknownId());
        server.get("/nowhere/at/all");

        String metrics = server.exchange(server.request("/metrics")).body();

        assertThat(metrics)
                .contains("http_server_requests_seconds_count")
                .contains("route=\"/v1/emails/{id}\"")
                .contains("route=\"none\"")
                .doesNotContain(FakeEngine.unknownId())
                .doesNotContain("nowhere");
    }

    @Test
    void metrics_behind_a_proxy_need_a_key() {
        assertThat(server.exchange(server.request("/metrics").header("X-Forwarded-For", "10.0.0.1"))
                        .status())
                .isEqualTo(401);
        assertThat(server.exchange(server.authorized("/metrics").header("X-Forwarded-For", "10.0.0.1"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void endpoints_get_the_request_as_it_is() {
        ServerUnderTest.Answer answer = server.exchange(server.request("/t/a%20b+c/d?x=1&x=2&y=%C3%A4")
                .header("X-Test", "yes")
                .method("PUT", HttpRequest.BodyPublishers.ofString("body", StandardCharsets.UTF_8)));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("Content-Type")).startsWith("text/x-echo");
        assertThat(answer.header("Content-Security-Policy")).isEqualTo("own");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.body()).startsWith("PUT [/a b+c/d] {").contains("x=2", "y=ä", "yes body");
        assertThat(server.exchange(server.request("/t")).body()).startsWith("GET [] ");
    }

    @Test
    void a_request_that_takes_the_quick_way_is_answered_as_one_that_goes_through_the_routes() {
        ServerUnderTest.Answer quick =
                server.exchange(server.request("/t/a-B_9.gif/c").header("X-Test", "yes"));
        ServerUnderTest.Answer routed =
                server.exchange(server.request("/t/a-B_9.gif/c?x=1").header("X-Test", "yes"));

        assertThat(quick.body()).isEqualTo("GET [/a-B_9.gif/c] {} yes ");
        assertThat(routed.body()).isEqualTo("GET [/a-B_9.gif/c] {x=1} yes ");
        assertThat(headers(quick)).isEqualTo(headers(routed)).containsKey("x-frame-options");
        assertThat(server.get("/metrics").body())
                .contains("http_server_requests_seconds_count{method=\"GET\",route=\"/t/<below>\",status=\"201\"} 2");
    }

    private static Map<String, List<String>> headers(ServerUnderTest.Answer answer) {
        Map<String, List<String>> headers =
                new TreeMap<>(answer.response().headers().map());
        headers.keySet().removeAll(List.of("date", "content-length"));
        // servlets add it to a text that has none
        headers.computeIfPresent(
                "content-type", (name, type) -> List.of(type.get(0).replace(";charset=utf-8", "")));
        return headers;
    }

    @Test
    void the_quick_way_leaves_out_the_body_for_HEAD() {
        ServerUnderTest.Answer answer =
                server.exchange(server.request("/t/a").method("HEAD", HttpRequest.BodyPublishers.noBody()));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.header("Content-Length")).isEqualTo(String.valueOf("HEAD [/a] {} null ".length()));
        assertThat(server.exchange(server.request("/t/b")).body()).startsWith("GET [/b]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/t/../v1/emails", "/t/./x", "/t//x", "/t/%2e%2e/v1/emails", "/t/;x", "/tt", "/mailbox/../t"})
    void what_may_mean_another_path_takes_the_way_through_the_routes(String path) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer)
                    .as("only a servlet adds that to a text")
                    .matches(text -> !text.startsWith("HTTP/1.1 201 ") || text.contains("text/x-echo;charset=utf-8"));
        }
    }

    @Test
    void an_answer_that_waits_keeps_no_thread() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (int i = 0; i < THREADS + 50; i++) {
            waiting.add(http.sendAsync(
                    server.request("/t/later").build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)));
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> Echo.LATER.getNumberOfDependents() == waiting.size());

        assertThat(server.exchange(server.request("/t/x")).status()).isEqualTo(201);

        Echo.LATER.complete(HttpEndpoint.Response.text(202, "done"));
        for (CompletableFuture<HttpResponse<String>> answer : waiting) {
            HttpResponse<String> done = answer.get(60, TimeUnit.SECONDS);
            assertThat(done.statusCode() + done.body()).isEqualTo("202done");
        }
    }

    @Test
    void an_endpoint_that_blocks_keeps_no_other_request_waiting() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> blocked = new ArrayList<>();
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (int i = 0; i < 40; i++) {
            blocked.add(http.sendAsync(
                    server.request("/t/slow").build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)));
        }

        for (int i = 0; i < 40; i++) {
            assertThat(server.exchange(server.request("/t/x")).status()).isEqualTo(201);
            assertThat(server.exchange(server.request("/openapi.yaml")).status())
                    .isEqualTo(200);
        }

        assertThat(blocked).noneMatch(CompletableFuture::isDone);
        Echo.SLOW.countDown();
        for (CompletableFuture<HttpResponse<String>> answer : blocked) {
            assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
        }
    }

    @Test
    void an_endpoint_that_does_not_know_whether_it_blocks_answers() {
        assertThat(server.exchange(server.request("/t/unsure")).status()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({"/t/fail, 500, ''", "/t/away, 503, 7", "/t/broken, 500, ''"})
    void an_endpoint_that_fails_shows_no_detail_on_either_way(String path, int status, String retryAfter) {
        for (String query : List.of("", "?x=1")) {
            ServerUnderTest.Answer answer = server.exchange(server.request(path + query));

            assertThat(answer.status()).as(query).isEqualTo(status);
            assertThat(answer.header("Retry-After")).as(query).isEqualTo(retryAfter);
            assertThat(answer.header("Content-Type")).as(query).startsWith("application/json");
            assertThat(answer.body())
                    .as(query)
                    .contains("\"statusCode\":" + status)
                    .doesNotContain("secret");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"})
    void what_is_for_developers_is_not_there_behind_a_proxy(String header) {
        for (String path : List.of("/mailbox", "/dev/mail", "/dev/mail/below")) {
            assertThat(server.exchange(server.request(path)).status()).as(path).isEqualTo(201);
            assertThat(server.exchange(server.request(path).header(header, "10.0.0.1"))
                            .status())
                    .as(path)
                    .isEqualTo(403);
        }
    }

    @Test
    void figures_of_all_tenants_need_a_key_of_the_first() {
        String other = server.keys.create("theirs", "other").reveal();

        ServerUnderTest.Answer answer = server.exchange(server.request("/metrics")
                .header("Authorization", "Bearer " + other)
                .header("X-Forwarded-For", "10.0.0.1"));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().path("name").asString()).isEqualTo("invalid_access");
    }

    @ParameterizedTest
    @CsvSource({"GET,/v1/sites", "GET,/v1/sites/tls", "POST,/v1/sites/google/release"})
    void sites_are_of_all_tenants(String method, String path) {
        String other = server.keys.create("theirs", "other").reveal();

        ServerUnderTest.Answer answer = server.exchange(server.request(path)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("Authorization", "Bearer " + other));

        assertThat(answer.status()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({"null,same-origin,201", "null,cross-site,403", "null,,403", ",same-site,403", ",none,201"})
    void a_browser_that_withholds_the_origin_says_which_site_it_is(String origin, String site, int status) {
        HttpRequest.Builder request = server.request("/mailbox/all").DELETE();
        if (origin != null) {
            request.header("Origin", origin);
        }
        if (site != null) {
            request.header("Sec-Fetch-Site", site);
        }

        assertThat(server.exchange(request).status()).isEqualTo(status);
    }

    @Test
    void the_mailbox_is_for_this_machine_and_its_own_pages() {
        assertThat(server.exchange(server.request("/mailbox/x")).status()).isEqualTo(201);
        assertThat(server.exchange(server.request("/mailbox").header("X-Forwarded-For", "10.0.0.1"))
                        .status())
                .isEqualTo(403);
        assertThat(server.exchange(server.request("/mailbox/all")
                                .header("Origin", "https://evil.example")
                                .DELETE())
                        .status())
                .isEqualTo(403);
        assertThat(server.exchange(server.request("/mailbox/all")
                                .header("Origin", server.server.localUrl().toString())
                                .DELETE())
                        .status())
                .isEqualTo(201);
    }

    @Test
    void an_end_lets_the_request_under_way_finish(@TempDir Path folder) throws Exception {
        server.close();
        server = new ServerUnderTest(folder, new FakeEngine(), Duration.ofSeconds(20));
        String id = server.post(
                        "/v1/emails",
                        "{\"from\":\"a@example.com\",\"to\":\"b@example.com\",\"subject\":\"s\",\"text\":\"t\"}")
                .json()
                .path("id")
                .asString();
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        server.engine.beforeAwait = () -> {
            entered.countDown();
            awaitUninterruptibly(leave);
        };
        CompletableFuture<ServerUnderTest.Answer> answer =
                CompletableFuture.supplyAsync(() -> server.get("/v1/emails/" + id + "?wait=1"));
        entered.await();

        CompletableFuture<Void> end = CompletableFuture.runAsync(server::close);
        assertThat(end).isNotDone();
        leave.countDown();

        assertThat(answer.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
        end.get(20, TimeUnit.SECONDS);
    }

    /** The end may find the request answered and not yet over for the server, which is a matter of luck. */
    @RepeatedTest(12)
    void an_end_right_after_an_answer_does_not_wait_for_the_clients_connection(@TempDir Path folder) {
        try (ServerUnderTest ending = new ServerUnderTest(folder, new FakeEngine(), Duration.ofSeconds(5))) {
            assertThat(ending.get("/health/live").status()).isEqualTo(200);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void queues_are_shown_held_and_resumed() {
        String queue = "{\"stream\":\"transactional\",\"domain\":\"Example.ORG\",\"reason\":\"asked\"}";

        ServerUnderTest.Answer paused = server.post("/v1/queues/pause", queue);
        ServerUnderTest.Answer resumed = server.post("/v1/queues/resume", queue);

        assertThat(server.get("/v1/queues").body())
                .isEqualTo("{\"object\":\"list\",\"data\":[{\"stream\":\"transactional\",\"ready\":3,\"waiting\":2,"
                        + "\"sending\":1,\"oldest_ready_seconds\":9}],\"parked\":[]}");
        assertThat(paused.json().path("parked").toString())
                .isEqualTo("[{\"stream\":\"transactional\",\"domain\":\"example.org\",\"until\":null,"
                        + "\"reason\":\"asked\"}]");
        assertThat(resumed.json().path("parked")).isEmpty();
        assertThat(server.post("/v1/queues/pause", "{}").json().path("field").asString())
                .isEqualTo("domain");
    }

    @Test
    void sites_are_shown_with_what_slows_them_down_and_how_tls_went() {
        server.engine.sites.add(new SiteState(
                "mx:", "google", 2, 1, 10, FakeEngine.NOW, null, "421 4.7.0 -> suspend 15m", "421 4.7.0 too much"));
        server.engine.tlsCounts.add(
                new TlsCount(LocalDate.of(2026, 8, 5), "example.org", "sts", 4, Map.of("certificate-expired", 1L)));

        assertThat(server.get("/v1/sites").body())
                .isEqualTo("{\"object\":\"list\",\"data\":[{\"transport\":\"mx:\",\"site\":\"google\","
                        + "\"connections\":2,\"resting\":1,\"most\":10,\"suspended_until\":\"2026-08-05T11:52:01.858Z\","
                        + "\"lowered_until\":null,\"rule\":\"421 4.7.0 -> suspend 15m\","
                        + "\"reply\":\"421 4.7.0 too much\"}]}");
        assertThat(server.get("/v1/sites/tls?day=2026-08-05").body())
                .isEqualTo("{\"object\":\"list\",\"data\":[{\"day\":\"2026-08-05\",\"domain\":\"example.org\","
                        + "\"policy\":\"sts\",\"successes\":4,\"failures\":{\"certificate-expired\":1}}]}");
        assertThat(server.get("/v1/sites/tls").json().path("data")).hasSize(1);
        assertThat(server.get("/v1/sites/tls?day=2026-08-04").json().path("data"))
                .isEmpty();
        assertThat(server.get("/v1/sites/tls?day=today").status()).isEqualTo(422);
    }

    @Test
    void a_site_that_is_slowed_down_is_let_go_on() {
        String name = "mx1.example.org,mx2.example.org+1~00ff";
        server.engine.sites.add(new SiteState("mx:", name, 0, 0, 10, FakeEngine.NOW, null, "rule", "421 no"));

        assertThat(server.post("/v1/sites/google/release", "").body())
                .isEqualTo(
                        "{\"statusCode\":404,\"name\":\"not_found\",\"message\":\"No site of this name is slowed down on this"
                                + " node; GET /v1/sites has those that are.\"}");
        assertThat(server.engine.sites).hasSize(1);
        assertThat(server.post("/v1/sites/mx1.example.org,mx2.example.org%2B1~00ff/release", "")
                        .body())
                .isEqualTo("{\"object\":\"list\",\"data\":[]}");
    }

    @Test
    void a_request_that_names_another_host_is_not_from_this_machine() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
            socket.getOutputStream()
                    .write("GET /mailbox HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 403");
        }
    }
}
