// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.webflux;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Serves one endpoint of a plugin. It may block, so it is called on the threads that are for that; none of them waits for what goes on behind
 * its return. Thread-safe.
 */
public final class FluxEndpointHandler implements WebHandler {
    /** Most bytes of a request: forms and callbacks, no mails. */
    static final int MAX_BODY = 4 * 1024 * 1024;

    private final HttpEndpoint endpoint;
    private final Predicate<ServerHttpRequest> allowed;

    /**
     * Makes a handler.
     *
     * @param allowed who is let in; others get 403
     */
    public FluxEndpointHandler(HttpEndpoint endpoint, Predicate<ServerHttpRequest> allowed) {
        this.endpoint = endpoint;
        this.allowed = allowed;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        if (!allowed.test(request)) {
            return write(
                    exchange.getResponse(),
                    HttpEndpoint.Response.text(
                            403,
                            "These pages are for this machine only; mailer.mailbox.open=true opens them to everybody.\n"));
        }
        return DataBufferUtils.join(request.getBody(), MAX_BODY)
                .map(FluxEndpointHandler::bytes)
                .defaultIfEmpty(Bytes.EMPTY)
                .flatMap(body -> Mono.fromCompletionStage(() -> endpoint.handleAsync(request(request, body)))
                        .subscribeOn(Schedulers.boundedElastic())
                        .publishOn(Schedulers.parallel()))
                .onErrorResume(
                        DataBufferLimitException.class,
                        e -> Mono.just(
                                HttpEndpoint.Response.text(413, "The body is larger than " + MAX_BODY + " bytes.\n")))
                .flatMap(answer -> write(exchange.getResponse(), answer));
    }

    private HttpEndpoint.Request request(ServerHttpRequest request, Bytes body) {
        Map<String, List<String>> headers = new HashMap<>();
        request.getHeaders().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
        Map<String, String> query = new HashMap<>();
        request.getQueryParams().forEach((name, values) -> {
            String last = values.isEmpty() ? null : values.get(values.size() - 1);
            query.put(name, last == null ? "" : last);
        });
        String path = request.getPath().pathWithinApplication().value();
        return new HttpEndpoint.Request(
                request.getMethod().name(),
                decode(path.substring(Math.min(endpoint.path().length(), path.length()))),
                query,
                headers,
                body,
                remoteAddress(request));
    }

    /** Of the peer; empty where the server does not know it. */
    public static String remoteAddress(ServerHttpRequest request) {
        InetSocketAddress remote = request.getRemoteAddress();
        return remote == null || remote.getAddress() == null
                ? ""
                : remote.getAddress().getHostAddress();
    }

    private static Mono<Void> write(ServerHttpResponse response, HttpEndpoint.Response answer) {
        response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
        answer.headers().forEach(response.getHeaders()::set);
        response.getHeaders().setContentLength(answer.body().length());
        return response.writeWith(Mono.fromSupplier(
                () -> response.bufferFactory().wrap(answer.body().toByteArray())));
    }

    private static Bytes bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return Bytes.wrap(bytes);
    }

    private static String decode(String path) {
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return path;
        }
    }
}
