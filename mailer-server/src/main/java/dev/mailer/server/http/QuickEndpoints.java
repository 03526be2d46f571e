// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers the plain requests for what plugins brought, without a query and anything encoded in the path, in front of servlets and
 * routes: recipients ask for pixels and links more often than anybody for anything else, and the way through those costs more than the answer. A
 * body is short and of a known length, and keeps no thread until it is there.
 * All others go that way, to {@link MountedEndpoints}. Thread-safe.
 */
final class QuickEndpoints extends Handler.Wrapper {
    private static final Set<String> METHODS = Set.of("GET", "HEAD");
    private static final Pattern UNDECODABLE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    /** What every answer says, as bytes already. */
    private static final Map<String, HttpField> HEADERS = MailerServer.HEADERS.entrySet().stream()
            .collect(Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, e -> new PreEncodedHttpField(e.getKey(), e.getValue())));

    private final List<HttpEndpoint> endpoints;
    private final Errors errors;
    private final RequestMeters meters;
    private final QuickBodies bodies = new QuickBodies();

    QuickEndpoints(List<HttpEndpoint> endpoints, Errors errors, RequestMeters meters) {
        this.endpoints = endpoints.stream().filter(e -> !e.forDevelopers()).toList();
        this.errors = errors;
        this.meters = meters;
    }

    /** What may block goes on in another thread. */
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Exchange exchange = new Exchange(request, response, callback);
        HttpEndpoint endpoint = isPlain(request) ? at(request.getHttpURI().getPath()) : null;
        if (endpoint == null || !read(endpoint, exchange)) {
            request.getContext().execute(() -> exchange.attempt(() -> pass(exchange)));
        }
        return true;
    }

    /** False when there are too many bodies for another. */
    private boolean read(HttpEndpoint endpoint, Exchange exchange) {
        Request request = exchange.request;
        if (request.getLength() <= 0) {
            begin(endpoint, asked(endpoint, request, Bytes.EMPTY), exchange);
            return true;
        }
        return bodies.read(
                request,
                body -> exchange.attempt(() -> begin(endpoint, asked(endpoint, request, Bytes.wrap(body)), exchange)),
                // it did not come, or not as HTTP has it
                e -> Response.writeError(request, exchange.response, exchange.callback, 400));
    }

    private void begin(HttpEndpoint endpoint, HttpEndpoint.Request asked, Exchange exchange) {
        Runnable answer = () -> exchange.attempt(() -> answer(endpoint, asked, exchange));
        if (isNonBlocking(endpoint, asked)) {
            answer.run();
        } else {
            exchange.request.getContext().execute(answer);
        }
    }

    /** A request, and where its answer goes. */
    private record Exchange(Request request, Response response, Callback callback) {
        interface Step {
            void run() throws Exception;
        }

        /** Nobody above does it in another thread: whatever fails, there is an answer. */
        void attempt(Step step) {
            try {
                step.run();
            } catch (Throwable e) {
                Response.writeError(request, response, callback, e);
            }
        }
    }

    /** To servlets and routes. */
    private void pass(Exchange to) throws Exception {
        if (!isDecodable(to.request.getHttpURI().getPath())) {
            Response.writeError(to.request, to.response, to.callback, 400);
        } else if (!super.handle(to.request, to.response, to.callback)) {
            Response.writeError(to.request, to.response, to.callback, 404);
        }
    }

    /** Where it fails it fails again when it is asked for an answer, or gives one after all. */
    private static boolean isNonBlocking(HttpEndpoint endpoint, HttpEndpoint.Request asked) {
        try {
            return endpoint.isNonBlocking(asked);
        } catch (RuntimeException e) {
            return false;
        }
    }

    private void answer(HttpEndpoint endpoint, HttpEndpoint.Request asked, Exchange to) {
        long start = System.nanoTime();
        CompletableFuture<HttpEndpoint.Response> answer = answer(endpoint, asked);
        Runnable write = () -> to.attempt(() -> {
            HttpEndpoint.Response given = answer.join();
            write(given, to.response, to.callback);
            meters.record(
                    asked.method(),
                    MountedEndpoints.below(endpoint),
                    given.status(),
                    Duration.ofNanos(System.nanoTime() - start));
        });
        if (answer.isDone()) {
            write.run();
        } else {
            // not on a thread of the mailer
            var unused = answer.thenRun(
                    () -> to.attempt(() -> to.request.getContext().execute(write)));
        }
    }

    private CompletableFuture<HttpEndpoint.Response> answer(HttpEndpoint endpoint, HttpEndpoint.Request asked) {
        CompletableFuture<HttpEndpoint.Response> answer;
        try {
            answer = endpoint.handleAsync(asked).toCompletableFuture();
        } catch (Throwable e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.exceptionally(e -> failed(endpoint, asked, e));
    }

    /** As a route answers it. */
    private HttpEndpoint.Response failed(HttpEndpoint endpoint, HttpEndpoint.Request asked, Throwable e) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        ApiException error = errors.of(cause, asked.method() + " " + MountedEndpoints.below(endpoint), false);
        Map<String, String> headers = new HashMap<>(Map.of("Content-Type", "application/json"));
        if (error.retryAfter() != null) {
            headers.put("Retry-After", Times.seconds(error.retryAfter()));
        }
        return new HttpEndpoint.Response(
                error.status(), headers, Bytes.utf8(error.toJson().toString()));
    }

    /** What Jetty takes, as {@code %u0041} and parameters of a segment, is not all that routes can decode. */
    private static boolean isDecodable(@Nullable String path) {
        return path == null || !UNDECODABLE.matcher(path).find();
    }

    private static boolean isPlain(Request request) {
        boolean form = request.getMethod().equals("POST")
                && request.getLength() <= QuickBodies.LONGEST
                && !request.getHeaders().contains(HttpHeader.CONTENT_ENCODING);
        return (form || METHODS.contains(request.getMethod()) && request.getLength() <= 0)
                && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)
                && !request.getHeaders().contains(HttpHeader.EXPECT)
                && request.getHttpURI().getQuery() == null;
    }

    private @Nullable HttpEndpoint at(@Nullable String path) {
        if (path == null) {
            return null;
        }
        for (HttpEndpoint endpoint : endpoints) {
            String prefix = endpoint.path();
            if (path.startsWith(prefix) && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/')) {
                return isDirect(path) ? endpoint : null;
            }
        }
        return null;
    }

    /** Nothing that needs decoding, and no way around: such a path means the same to everybody. */
    private static boolean isDirect(String path) {
        char before = 'x';
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            boolean step = (c == '/' || c == '.') && before != '/';
            if (!letter && !step && c != '-' && c != '_') {
                return false;
            }
            before = c;
        }
        return true;
    }

    private static HttpEndpoint.Request asked(HttpEndpoint endpoint, Request request, Bytes body) {
        Map<String, List<String>> headers = new HashMap<>();
        for (HttpField field : request.getHeaders()) {
            headers.computeIfAbsent(field.getLowerCaseName(), name -> new ArrayList<>(1))
                    .add(field.getValue() == null ? "" : field.getValue());
        }
        return new HttpEndpoint.Request(
                request.getMethod(),
                request.getHttpURI().getPath().substring(endpoint.path().length()),
                Map.of(),
                headers,
                body,
                Request.getRemoteAddr(request));
    }

    private static void write(HttpEndpoint.Response given, Response response, Callback callback) {
        response.setStatus(given.status());
        HttpFields.Mutable headers = response.getHeaders();
        HEADERS.values().forEach(headers::put);
        given.headers().forEach((name, value) -> {
            HttpField known = HEADERS.get(name);
            if (known == null || !known.getValue().equals(value)) {
                headers.put(name, value);
            }
        });
        byte[] body = given.body().unsafeArray();
        headers.put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
