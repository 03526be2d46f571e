// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.server.ApiCalls;
import dev.mailer.server.config.Settings;
import dev.mailer.server.config.SettingsReader;
import dev.mailer.server.home.ServerHome;
import dev.mailer.server.http.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a tenant has is absent for another, whichever request asks for it. */
class OtherTenantTest {
    private static final String BLOCKED = "blocked@example.org";
    private static final String WEBHOOKS = "/v1/webhooks";
    private static final String SUPPRESSIONS = "/v1/suppressions";

    @TempDir
    private Path folder;

    private Installation server;
    private ApiCalls owner;
    private ApiCalls stranger;

    @BeforeEach
    void start() {
        Settings settings = SettingsReader.read(
                null,
                Map.of(),
                Map.of(
                        "data", folder.resolve("home").toString(),
                        "server.port", "0",
                        "tenants", "other",
                        "webhooks.allow", "127.0.0.1",
                        "webhooks.endpoints.shop.url", "http://127.0.0.1:9/of-the-settings",
                        "webhooks.endpoints.shop.secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
        server = Installation.start(settings, InstantSource.system());
        owner = new ApiCalls(server.url(), server.firstKey());
        stranger = new ApiCalls(
                server.url(),
                new ServerHome(settings.home(), InstantSource.system())
                        .apiKeys()
                        .create("theirs", "other"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void no_request_for_webhooks_or_suppressions_shows_or_changes_what_another_tenant_has() throws Exception {
        String made = owner.send("POST", WEBHOOKS, "{\"endpoint\":\"http://127.0.0.1:9/of-the-owner\"}")
                .body();
        String id = Json.MAPPER.readTree(made).path("id").asString();
        owner.send("POST", SUPPRESSIONS, "{\"email\":\"" + BLOCKED + "\"}");
        owner.send(
                "POST",
                "/v1/emails",
                "{\"from\":\"a@example.com\",\"to\":\"b@example.org\",\"subject\":\"x\",\"text\":\"y\"}");
        String event = Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(
                        () -> json(owner.send("GET", WEBHOOKS + "/" + id + "/deliveries", null))
                                .at("/data/0/event_id")
                                .asString(""),
                        number -> !number.isEmpty());
        List<String> routes = routes();
        assertThat(routes).hasSizeGreaterThan(12);

        for (String route : routes) {
            for (String webhook : List.of(id, "shop")) {
                String[] parts = route.split(" ", 2);
                String path = parts[1].replace("{id}", webhook)
                        .replace("{event}", event)
                        .replace("{email}", BLOCKED);
                HttpResponse<String> answer = stranger.send(parts[0], path, body(route));

                if (route.contains("{id}") || route.startsWith("DELETE")) {
                    assertThat(answer.statusCode())
                            .as(route + " " + answer.body())
                            .isEqualTo(404);
                }
                if (route.endsWith("/history")) {
                    assertThat(json(answer).path("data")).as(route).isEmpty();
                } else {
                    assertThat(answer.body()).as(route).doesNotContain(id, "shop", "of-the-", "whsec_", BLOCKED);
                }
            }
        }

        JsonNode endpoints = json(owner.send("GET", WEBHOOKS, null)).path("data");
        assertThat(endpoints).hasSize(2);
        assertThat(endpoints.toString())
                .contains("of-the-owner", "of-the-settings")
                .doesNotContain("taken over");
        endpoints.forEach(e -> assertThat(e.path("status").asString()).isEqualTo("enabled"));
        assertThat(owner.send("GET", SUPPRESSIONS, null).body()).contains(BLOCKED);
    }

    /** What would change something, if it were theirs. */
    private static String body(String route) {
        return switch (route) {
            case "PATCH /v1/webhooks/{id}" -> "{\"status\":\"disabled\",\"description\":\"taken over\"}";
            case "POST /v1/webhooks/{id}/replay" -> "{\"since\":\"2020-01-01T00:00:00Z\"}";
            default -> route.startsWith("GET") || route.startsWith("DELETE") ? null : "{}";
        };
    }

    /** Those of the contract, which has all that there are. */
    private List<String> routes() throws Exception {
        List<String> routes = new ArrayList<>();
        String path = "";
        Matcher line = Pattern.compile("(?m)^(?:  (/\\S*):|    (get|post|put|patch|delete):)$")
                .matcher(owner.send("GET", "/openapi.yaml", null).body());
        while (line.find()) {
            if (line.group(1) != null) {
                path = line.group(1);
            } else if (path.startsWith(WEBHOOKS) || path.startsWith(SUPPRESSIONS)) {
                routes.add(line.group(2).toUpperCase(Locale.ROOT) + " " + path);
            }
        }
        return routes;
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.MAPPER.readTree(answer.body());
    }
}
