// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.MessageId;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.DeliveryReports.Result;
import dev.mailer.core.MailerEngine;
import dev.mailer.server.ApiCalls;
import dev.mailer.server.HookReceiver;
import dev.mailer.server.ServedMailer;
import dev.mailer.server.http.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What others wrote into events to do harm comes out of every door as the text that it is. */
class HostileEventsTest {
    @TempDir
    private Path folder;

    private HookReceiver receiver;
    private ServedMailer served;
    private MailerEngine mailer;
    private ApiCalls api;

    @BeforeEach
    void start() throws Exception {
        receiver = HookReceiver.start();
        served = new ServedMailer(
                folder,
                Map.of(
                        "webhooks.allow",
                        "127.0.0.1",
                        "webhooks.endpoints.shop.url",
                        receiver.url(),
                        "webhooks.endpoints.shop.secret",
                        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                        "webhooks.endpoints.shop.types",
                        "clicked"));
        mailer = served.mailer();
        api = served.api("default");
    }

    @AfterEach
    void end() {
        served.close();
        receiver.close();
    }

    @Test
    void texts_of_others_come_out_as_they_are_and_control_no_terminal() throws Exception {
        List<String> texts = texts();
        MessageId id = mailer.send(mail -> mail.from("shop@example.com")
                        .to("jo@example.org")
                        .subject("<script>alert(1)</script>")
                        .text("x"))
                .id();
        mailer.await(id, Duration.ofSeconds(60));
        long delivery = mailer.find(id).deliveries().get(0).id();
        Instant at = Instant.now();
        for (int i = 0; i < texts.size(); i++) {
            assertThat(mailer.deliveryReports().report(report(delivery, i, at.plusMillis(i), texts.get(i))))
                    .isEqualTo(Result.APPLIED);
        }

        List<JsonNode> fed = feed();
        List<JsonNode> traced = clicks(get("/v1/emails/" + id + "/trace").path("events"));
        for (List<JsonNode> events : List.of(fed, traced)) {
            assertThat(events).extracting(e -> e.path("text").asString()).isEqualTo(texts);
            assertThat(events).extracting(e -> e.path("reason").asString()).isEqualTo(texts);
            assertThat(events)
                    .extracting(e -> e.at("/detail/userAgent").asString())
                    .isEqualTo(texts);
            assertThat(events).extracting(e -> e.at("/detail/url").asString()).isEqualTo(texts);
        }
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> receiver.got().size() >= texts.size());
        List<JsonNode> told = receiver.got().stream().map(Json.MAPPER::readTree).toList();
        for (String field : List.of("/data/text", "/data/reason", "/data/click/link", "/data/detail/userAgent")) {
            assertThat(told).extracting(e -> e.at(field).asString()).containsAll(texts);
        }
        assertThat(told.get(0).at("/data/subject").asString()).isEqualTo("<script>alert(1)</script>");
        JsonNode printed = Json.MAPPER.readTree(run("trace", id.toString(), "--json"));
        assertThat(clicks(printed.path("events")))
                .extracting(e -> e.path("text").asString())
                .isEqualTo(texts);
        String shown =
                run("trace", id.toString()) + run("status", id.toString()) + run("trace", id.toString(), "--json");
        assertThat(shown).contains("<script>alert(1)</script>");
        assertThat(shown.codePoints().filter(c -> c != '\n' && Character.isISOControl(c)))
                .isEmpty();
    }

    private static Report report(long delivery, int n, Instant at, String text) {
        return new Report(
                "test",
                "event-" + n,
                EventType.CLICKED,
                delivery,
                at,
                Failure.builder(text, Phase.DATA).text(text).build(),
                Map.of("userAgent", text, "url", text, "purpose", text, "reply", text));
    }

    /** Our own, and those of the public corpora where they are there. */
    private static List<String> texts() throws IOException {
        Set<String> texts = new LinkedHashSet<>(List.of(
                "\"><img src=x onerror=alert(1)>",
                "\u001b]0;title\u0007\u001b[2J\b\u007f\u009b31m",
                "line\r\nSet-Cookie: a=b",
                "\u2028\u202e\ufeff \\u0022 \\"));
        for (String name : List.of("naughty-strings", "html-sanitize")) {
            Path file = Path.of(System.getProperty("mailer.corpora", "no-corpora"), "security", name + ".jsonl");
            if (Files.exists(file)) {
                for (String line : Files.readAllLines(file)) {
                    JsonNode entry = Json.MAPPER.readTree(line);
                    texts.add((entry.has("s") ? entry.path("s") : entry.path("payload")).asString());
                }
            }
        }
        texts.remove("");
        return List.copyOf(texts);
    }

    private List<JsonNode> feed() throws Exception {
        List<JsonNode> all = new ArrayList<>();
        JsonNode page = get("/v1/events?limit=100");
        while (!page.path("data").isEmpty()) {
            all.addAll(clicks(page.path("data")));
            page = get("/v1/events?limit=100&after=" + page.path("next").asString());
        }
        return all;
    }

    private static List<JsonNode> clicks(JsonNode events) {
        return StreamSupport.stream(events.spliterator(), false)
                .filter(e -> e.path("type").asString().equals("clicked"))
                .toList();
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> answer = api.send("GET", path, null);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
        return Json.MAPPER.readTree(answer.body());
    }

    private String run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                Map.of(
                        "MAILER_URL",
                        served.url().toString(),
                        "MAILER_API_KEY",
                        api.key().reveal()),
                InstantSource.system(),
                false);
        assertThat(new CommandLineProgram(terminal).run(args)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }
}
