// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.Secret;
import dev.mailer.server.http.EmailApi;
import dev.mailer.server.http.Json;
import dev.mailer.server.http.PersonalDataApi;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A running server, over its HTTP API. */
final class RemoteBackend implements Backend {
    /** One request waits at most this long; longer waits are several requests. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(25);

    /** A header's value keeps no blanks at its ends (RFC 9110 §5.5). */
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?");

    private final ServerHttp http;

    RemoteBackend(URI server, Secret key) {
        this.http = new ServerHttp(server, key);
    }

    @Override
    public Sent send(JsonNode email, @Nullable String idempotencyKey) {
        HttpRequest.Builder request = http.request("/v1/emails").POST(body(email));
        if (idempotencyKey != null) {
            if (!HEADER_VALUE.matcher(idempotencyKey).matches()) {
                throw new CommandException(
                        ExitCodes.USAGE,
                        "--idempotency-key: over HTTP it is of printable ASCII, without blanks at its ends");
            }
            request.header("Idempotency-Key", idempotencyKey);
        }
        HttpResponse<byte[]> response = http.change(request);
        return new Sent(
                http.json(response).path("id").asString(""),
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
        return read("/v1/emails/" + encoded(id) + "?wait=" + seconds);
    }

    @Override
    public JsonNode list(Map<String, String> filters) {
        return read("/v1/emails?" + query(filters));
    }

    @Override
    public JsonNode trace(String id) {
        return read("/v1/emails/" + encoded(id) + "/trace");
    }

    @Override
    public JsonNode cancel(String id) {
        return post("/v1/emails/" + encoded(id) + "/cancel");
    }

    @Override
    public JsonNode queues() {
        return read("/v1/queues");
    }

    @Override
    public JsonNode moveQueue(String action, String stream, String domain) {
        JsonNode queue =
                JsonNodeFactory.instance.objectNode().put("stream", stream).put("domain", domain);
        return change(http.request("/v1/queues/" + action).POST(body(queue)));
    }

    @Override
    public JsonNode sites() {
        return read("/v1/sites");
    }

    @Override
    public JsonNode releaseSite(String site) {
        return post("/v1/sites/" + segment(site) + "/release");
    }

    @Override
    public JsonNode tlsCounts(@Nullable String day) {
        return read("/v1/sites/tls" + (day == null ? "" : "?day=" + encoded(day)));
    }

    @Override
    public JsonNode resolve(String id, String delivery, String action) {
        return post("/v1/emails/" + encoded(id) + "/deliveries/" + encoded(delivery) + "/" + action);
    }

    @Override
    public void export(String address, Consumer<String> line) {
        HttpRequest.Builder request =
                http.request("/v1/personal-data/export").POST(body(PersonalDataApi.body(address)));
        List<String> lines = new String(http.read(request).body(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
        JsonNode end = ServerHttp.parse(last.getBytes(StandardCharsets.UTF_8));
        if (end == null || !end.path("object").asString("").equals("export")) {
            throw new CommandException(
                    ExitCodes.FAILED,
                    "the export broke off"
                            + (end == null ? "" : ": " + end.path("message").asString("")));
        }
        lines.subList(0, lines.size() - 1).forEach(line);
    }

    @Override
    public JsonNode erase(String address) {
        return change(http.request("/v1/personal-data/erase").POST(body(PersonalDataApi.body(address))));
    }

    @Override
    public Suppressed suppress(JsonNode entry) {
        HttpResponse<byte[]> response =
                http.change(http.request("/v1/suppressions").POST(body(entry)));
        return new Suppressed(http.json(response), response.statusCode() == 201);
    }

    @Override
    public JsonNode suppressAll(JsonNode entries, EmailApi.BatchValidation validation) {
        return batch("/v1/suppressions/batch", entries, validation);
    }

    @Override
    public JsonNode unsuppress(String email, Map<String, String> query) {
        return change(http.request("/v1/suppressions/" + segment(email) + "?" + query(query))
                .DELETE());
    }

    @Override
    public JsonNode suppressions(Map<String, String> filters) {
        return read("/v1/suppressions?" + query(filters));
    }

    @Override
    public JsonNode suppressionHistory(String email) {
        return read("/v1/suppressions/" + segment(email) + "/history");
    }

    @Override
    public JsonNode feed(Map<String, String> query) {
        return read("/v1/events?" + query(query));
    }

    @Override
    public JsonNode tokenKeys() {
        return read("/v1/token-keys");
    }

    @Override
    public JsonNode rotateTokenKey() {
        return post("/v1/token-keys");
    }

    @Override
    public JsonNode revokeTokenKey(String version) {
        return post("/v1/token-keys/" + segment(version) + "/revoke");
    }

    @Override
    public JsonNode rescore(JsonNode request) {
        return post("/v1/tracking/rescore", request);
    }

    @Override
    public void close() {}

    JsonNode get(String path) {
        return read(path);
    }

    JsonNode post(String path, JsonNode json) {
        return change(http.request(path).POST(body(json)));
    }

    JsonNode patch(String path, JsonNode json) {
        return change(http.request(path).method("PATCH", body(json)));
    }

    JsonNode delete(String path) {
        return change(http.request(path).DELETE());
    }

    private JsonNode batch(String path, JsonNode list, EmailApi.BatchValidation validation) {
        return change(http.request(path)
                .header("x-batch-validation", validation.name().toLowerCase(Locale.ROOT))
                .POST(body(list)));
    }

    private JsonNode read(String path) {
        return http.json(http.read(http.request(path)));
    }

    private JsonNode change(HttpRequest.Builder request) {
        return http.json(http.change(request));
    }

    static String query(Map<String, String> filters) {
        return filters.entrySet().stream()
                .map(e -> e.getKey() + '=' + encoded(e.getValue()))
                .collect(Collectors.joining("&"));
    }

    private JsonNode post(String path) {
        return change(http.request(path).POST(HttpRequest.BodyPublishers.noBody()));
    }

    private static HttpRequest.BodyPublisher body(JsonNode json) {
        return HttpRequest.BodyPublishers.ofByteArray(Json.MAPPER.writeValueAsBytes(json));
    }

    /** A part of a path, in which {@code +} would be itself and no blank. */
    static String segment(String text) {
        return encoded(text).replace("+", "%20");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
