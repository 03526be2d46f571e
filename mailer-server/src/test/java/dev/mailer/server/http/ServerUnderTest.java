// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.server.config.Settings;
import dev.mailer.server.home.ApiKeys;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A server on a free port around a {@link FakeEngine}, and a client for it. */
final class ServerUnderTest implements AutoCloseable {
    static final long BODY_SIZE = 64 * 1024;

    final FakeEngine engine;
    final ApiKeys keys;
    final String key;
    final MailerServer server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    ServerUnderTest(Path folder) {
        this(folder, new FakeEngine(), Duration.ZERO);
    }

    ServerUnderTest(Path folder, FakeEngine engine, Duration shutdown) {
        this.engine = engine;
        this.keys = new ApiKeys(folder.resolve("keys.json"), InstantSource.fixed(FakeEngine.NOW));
        this.key = keys.create("test", "default").reveal();
        Settings.Server settings = new Settings.Server("127.0.0.1", 0, BODY_SIZE, shutdown, Set.of());
        this.server = MailerServer.start(settings, engine, keys, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }

    record Answer(int status, String body, HttpResponse<String> response) {
        JsonNode json() {
            return Json.MAPPER.readTree(body);
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.localUrl() + path)).timeout(Duration.ofSeconds(20));
    }

    HttpRequest.Builder authorized(String path) {
        return request(path).header("Authorization", "Bearer " + key);
    }

    Answer get(String path) {
        return exchange(authorized(path));
    }

    Answer post(String path, String json, String... headers) {
        HttpRequest.Builder request = authorized(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return exchange(request);
    }

    Answer exchange(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body(), response);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
