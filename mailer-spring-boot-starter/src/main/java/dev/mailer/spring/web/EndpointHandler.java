// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.web;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.util.ServletRequestPathUtils;

/** Serves one endpoint of a plugin. Thread-safe. */
public final class EndpointHandler implements HttpRequestHandler {
    /** Most bytes of a request: forms and callbacks, no mails. */
    static final int MAX_BODY = 4 * 1024 * 1024;

    private final HttpEndpoint endpoint;
    private final Predicate<HttpServletRequest> allowed;

    /**
     * Makes a handler.
     *
     * @param allowed who is let in; others get 403
     */
    public EndpointHandler(HttpEndpoint endpoint, Predicate<HttpServletRequest> allowed) {
        this.endpoint = endpoint;
        this.allowed = allowed;
    }

    @Override
    public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
        HttpEndpoint.Response answer = answer(request);
        response.setStatus(answer.status());
        answer.headers().forEach((name, value) -> {
            if (name.equalsIgnoreCase("Content-Type")) {
                response.setContentType(value);
            } else {
                response.setHeader(name, value);
            }
        });
        byte[] body = answer.body().toByteArray();
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private HttpEndpoint.Response answer(HttpServletRequest request) throws IOException {
        if (!allowed.test(request)) {
            return HttpEndpoint.Response.text(
                    403, "These pages are for this machine only; mailer.mailbox.open=true opens them to everybody.\n");
        }
        byte[] body = body(request);
        return body.length > MAX_BODY
                ? HttpEndpoint.Response.text(413, "The body is larger than " + MAX_BODY + " bytes.\n")
                : endpoint.handle(request(request, body));
    }

    private HttpEndpoint.Request request(HttpServletRequest request, byte[] body) {
        Map<String, List<String>> headers = new HashMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.put(name.toLowerCase(Locale.ROOT), Collections.list(request.getHeaders(name)));
        }
        String path =
                ServletRequestPathUtils.parse(request).pathWithinApplication().value();
        return new HttpEndpoint.Request(
                request.getMethod().toUpperCase(Locale.ROOT),
                decode(path.substring(Math.min(endpoint.path().length(), path.length()))),
                query(request.getQueryString()),
                headers,
                Bytes.wrap(body),
                request.getRemoteAddr());
    }

    /** A filter may have read a form already; what it left is put together again. */
    private static byte[] body(HttpServletRequest request) throws IOException {
        try (InputStream in = new ServletServerHttpRequest(request).getBody()) {
            return in.readNBytes(MAX_BODY + 1);
        }
    }

    private static Map<String, String> query(@Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : query == null ? new String[0] : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            if (!parts[0].isEmpty()) {
                parameters.put(
                        decode(parts[0].replace('+', ' ')), parts.length < 2 ? "" : decode(parts[1].replace('+', ' ')));
            }
        }
        return parameters;
    }

    /** The server has refused what does not decode in a path; in a query it stays as it is. */
    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
