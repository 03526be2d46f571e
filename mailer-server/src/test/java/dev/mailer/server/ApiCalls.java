// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Secret;
import dev.mailer.server.http.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** Requests to the API of a server with one key. */
public record ApiCalls(URI server, Secret key) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** With a body of JSON; null for none. */
    public HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server + path))
                .header("Authorization", "Bearer " + key.reveal())
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(60))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** The answer, which has this status. */
    public JsonNode call(String method, String path, String body, int expected)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = send(method, path, body);
        assertThat(answer.statusCode())
                .as(method + " " + path + ": " + answer.body())
                .isEqualTo(expected);
        return Json.MAPPER.readTree(answer.body());
    }

    public JsonNode get(String path) throws IOException, InterruptedException {
        return call("GET", path, null, 200);
    }
}
