// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.Secret;
import dev.mailer.server.http.ApiException;
import dev.mailer.server.http.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Requests to the HTTP API of a running server; what is no answer, or a refusal, is an exception that says what it means for the caller. */
final class ServerHttp {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(60);

    /** What a proxy answers that lost its server, after it may have passed the request on (RFC 9110 §15.6.3, §15.6.5). */
    private static final Set<Integer> LOST_BEHIND_A_PROXY = Set.of(502, 504);

    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]+");

    private final URI server;
    private final Secret key;
    private final HttpClient http;

    ServerHttp(URI server, Secret key) {
        this.server = URI.create(requireUrl(server).toString().replaceFirst("/+$", ""));
        this.key = requireKey(key);
        this.http = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    private static URI requireUrl(URI given) {
        String scheme = given.getScheme();
        if (given.getHost() == null || !("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))) {
            throw new CommandException(
                    ExitCodes.USAGE,
                    "--server and MAILER_URL are URLs such as http://127.0.0.1:8080, and this is none");
        }
        return given;
    }

    /** Blanks and line ends around it come with files and with variables; what else is wrong is not shown. */
    private static Secret requireKey(Secret given) {
        String key = given.reveal().strip();
        if (!VISIBLE.matcher(key).matches()) {
            throw new CommandException(
                    ExitCodes.USAGE, "the API key (--key, MAILER_API_KEY) has characters that no key has");
        }
        return Secret.of(key);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server + path))
                .timeout(ANSWER)
                .header("Authorization", "Bearer " + key.reveal())
                .header("Content-Type", "application/json");
    }

    /** The answer to a question: what is not answered has changed nothing. */
    HttpResponse<byte[]> read(HttpRequest.Builder request) {
        return exchange(request, false);
    }

    /** The answer to a request that changes something: what is not answered may have been done. */
    HttpResponse<byte[]> change(HttpRequest.Builder request) {
        return exchange(request, true);
    }

    private HttpResponse<byte[]> exchange(HttpRequest.Builder request, boolean changes) {
        HttpResponse<byte[]> response;
        try {
            response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            String problem = "no answer from " + server + ": " + reason(e);
            boolean nothingSent = e instanceof ConnectException || e instanceof HttpConnectTimeoutException;
            throw unanswered(problem, changes && !nothingSent);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCodes.FAILED, "interrupted");
        }
        if (response.statusCode() / 100 != 2) {
            throw refusal(response, changes);
        }
        return response;
    }

    private static CommandException unanswered(String problem, boolean mayBeDone) {
        return mayBeDone ? CommandException.inDoubt(problem) : new CommandException(ExitCodes.UNAVAILABLE, problem);
    }

    private RuntimeException refusal(HttpResponse<byte[]> response, boolean changes) {
        if (LOST_BEHIND_A_PROXY.contains(response.statusCode())) {
            return unanswered(server + " answered " + response.statusCode(), changes);
        }
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

    JsonNode json(HttpResponse<byte[]> response) {
        JsonNode json = parse(response.body());
        if (json == null) {
            throw new CommandException(ExitCodes.FAILED, server + " answered without JSON; is it a Mailer server?");
        }
        return json;
    }

    static @Nullable JsonNode parse(byte[] body) {
        try {
            return Json.MAPPER.readTree(body);
        } catch (JacksonException e) {
            return null;
        }
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }
}
