// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.Secret;
import dev.mailer.server.http.ApiException;
import dev.mailer.server.http.EmailApi;
import dev.mailer.server.http.Json;
import dev.mailer.server.http.PersonalDataApi;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A running server, over its HTTP API. */
final class RemoteBackend implements Backend {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    /** One request waits at most this long; longer waits are several requests. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(25);

    private final URI server;
    private final Secret key;
    private final HttpClient http;

    RemoteBackend(URI server, Secret key) {
        this.server = URI.create(server.toString().replaceFirst("/+$", ""));
        this.key = key;
        this.http = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    @Override
    public Sent send(JsonNode email, @Nullable String idempotencyKey) {
        HttpRequest.Builder request = request("/v1/emails").POST(body(email));
        if (idempotencyKey != null) {
            request.header("Idempotency-Key", idempotencyKey);
        }
        HttpResponse<byte[]> response = exchange(request);
        return new Sent(
                json(response).path("id").asString(""),
                response.headers().firstValue("Idempotent-Replayed").isPresent(),
                response.headers().firstValue("X-Mailer-Warning").map(List::of).orElse(List.of()));
    }

    @Override
    public JsonNode sendAll(JsonNode emails, EmailApi.BatchValidation validation) {
        return batch("/v1/emails/batch", emails, validation);
    }

    @Override
    public JsonNode find(String id, Duration wait) {
        long seconds = Math.min(MAX_WAIT.toSeconds(), wait.plusMillis(999).toSeconds());
        return json(exchange(request("/v1/emails/" + encoded(id) + "?wait=" + seconds)));
    }

    @Override
    public JsonNode list(Map<String, String> filters) {
        return json(exchange(request("/v1/emails?" + query(filters))));
    }

    @Override
    public JsonNode events(String id) {
        return json(exchange(request("/v1/emails/" + encoded(id) + "/events")));
    }

    @Override
    public JsonNode cancel(String id) {
        return post("/v1/emails/" + encoded(id) + "/cancel");
    }

    @Override
    public JsonNode queues() {
        return json(exchange(request("/v1/queues")));
    }

    @Override
    public JsonNode moveQueue(String action, String stream, String domain) {
        JsonNode queue =
                JsonNodeFactory.instance.objectNode().put("stream", stream).put("domain", domain);
        return json(exchange(request("/v1/queues/" + action).POST(body(queue))));
    }

    @Override
    public JsonNode resolve(String id, String delivery, String action) {
        return post("/v1/emails/" + encoded(id) + "/deliveries/" + encoded(delivery) + "/" + action);
    }

    @Override
    public void export(String address, Consumer<String> line) {
        HttpRequest.Builder request = request("/v1/personal-data/export").POST(body(PersonalDataApi.body(address)));
        new String(exchange(request).body(), StandardCharsets.UTF_8).lines().forEach(line);
    }

    @Override
    public JsonNode erase(String address) {
        return json(exchange(request("/v1/personal-data/erase").POST(body(PersonalDataApi.body(address)))));
    }

    @Override
    public Suppressed suppress(JsonNode entry) {
        HttpResponse<byte[]> response = exchange(request("/v1/suppressions").POST(body(entry)));
        return new Suppressed(json(response), response.statusCode() == 201);
    }

    @Override
    public JsonNode suppressAll(JsonNode entries, EmailApi.BatchValidation validation) {
        return batch("/v1/suppressions/batch", entries, validation);
    }

    @Override
    public JsonNode unsuppress(String email, @Nullable String stream) {
        String path = "/v1/suppressions/" + encoded(email).replace("+", "%20");
        return json(exchange(request(path + (stream == null ? "" : "?stream=" + encoded(stream)))
                .DELETE()));
    }

    @Override
    public JsonNode suppressions(Map<String, String> filters) {
        return json(exchange(request("/v1/suppressions?" + query(filters))));
    }

    @Override
    public void close() {}

    private JsonNode batch(String path, JsonNode list, EmailApi.BatchValidation validation) {
        return json(exchange(request(path)
                .header("x-batch-validation", validation.name().toLowerCase(Locale.ROOT))
                .POST(body(list))));
    }

    private static String query(Map<String, String> filters) {
        return filters.entrySet().stream()
                .map(e -> e.getKey() + '=' + encoded(e.getValue()))
                .collect(Collectors.joining("&"));
    }

    private JsonNode post(String path) {
        return json(exchange(request(path).POST(HttpRequest.BodyPublishers.noBody())));
    }

    private static HttpRequest.BodyPublisher body(JsonNode json) {
        return HttpRequest.BodyPublishers.ofByteArray(Json.MAPPER.writeValueAsBytes(json));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server + path))
                .timeout(ANSWER)
                .header("Authorization", "Bearer " + key.reveal())
                .header("Content-Type", "application/json");
    }

    private HttpResponse<byte[]> exchange(HttpRequest.Builder request) {
        HttpResponse<byte[]> response;
        try {
            response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new CommandException(ExitCodes.UNAVAILABLE, "no answer from " + server + ": " + reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCodes.FAILED, "interrupted");
        }
        if (response.statusCode() / 100 != 2) {
            throw refusal(response);
        }
        return response;
    }

    private RuntimeException refusal(HttpResponse<byte[]> response) {
        JsonNode error = parse(response.body());
        if (error == null || !error.has("name")) {
            return new CommandException(
                    ExitCodes.ofStatus(response.statusCode()),
                    server + " answered " + response.statusCode() + " without saying why; is it a Mailer server?");
        }
        return ApiException.answered(
                response.statusCode(),
                error.path("name").asString(""),
                error.path("message").asString(""),
                response.headers()
                        .firstValue("Retry-After")
                        .filter(seconds -> seconds.matches("\\d{1,9}"))
                        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                        .orElse(null));
    }

    private JsonNode json(HttpResponse<byte[]> response) {
        JsonNode json = parse(response.body());
        if (json == null) {
            throw new CommandException(ExitCodes.FAILED, server + " answered without JSON; is it a Mailer server?");
        }
        return json;
    }

    private static @Nullable JsonNode parse(byte[] body) {
        try {
            return Json.MAPPER.readTree(body);
        } catch (JacksonException e) {
            return null;
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }
}
