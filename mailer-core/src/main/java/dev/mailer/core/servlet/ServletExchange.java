// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.servlet;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request of a servlet container, answered by an endpoint: for hosts that choose the endpoint and whom it lets in. */
@SuppressWarnings("exports") // who has no servlets needs no module of theirs
public final class ServletExchange {
    /** Most bytes of a request: forms and callbacks, no mails. More is answered 413. */
    public static final int MAX_BODY = 4 * 1024 * 1024;

    private static final String FORM = "application/x-www-form-urlencoded";

    private ServletExchange() {}

    /**
     * Has the endpoint answer.
     *
     * @param path undecoded, beginning with that of the endpoint
     * @throws IOException the peer is gone
     */
    public static void serve(
            HttpEndpoint endpoint, String path, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        byte[] body = body(request);
        write(
                response,
                body.length > MAX_BODY
                        ? HttpEndpoint.Response.text(413, "The body is larger than " + MAX_BODY + " bytes.\n")
                        : endpoint.handle(read(endpoint, path, request, body)));
    }

    /**
     * Writes an answer.
     *
     * @throws IOException the peer is gone
     */
    public static void write(HttpServletResponse response, HttpEndpoint.Response answer) throws IOException {
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

    private static HttpEndpoint.Request read(
            HttpEndpoint endpoint, String path, HttpServletRequest request, byte[] body) {
        Map<String, List<String>> headers = new HashMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.put(name.toLowerCase(Locale.ROOT), Collections.list(request.getHeaders(name)));
        }
        Map<String, String> query = new HashMap<>();
        query(request.getQueryString()).forEach((name, values) -> query.put(name, values.get(values.size() - 1)));
        return new HttpEndpoint.Request(
                request.getMethod().toUpperCase(Locale.ROOT),
                decode(path.substring(Math.min(endpoint.path().length(), path.length()))),
                query,
                headers,
                Bytes.wrap(body),
                request.getRemoteAddr());
    }

    private static byte[] body(HttpServletRequest request) throws IOException {
        try (InputStream in = request.getInputStream()) {
            byte[] body = in.readNBytes(MAX_BODY + 1);
            String type = request.getContentType();
            boolean form = type != null && type.toLowerCase(Locale.ROOT).startsWith(FORM);
            return body.length == 0 && form ? readBefore(request) : body;
        }
    }

    /** A filter may have read a form already; what it left is put together again, without what stands in the query. */
    private static byte[] readBefore(HttpServletRequest request) {
        Map<String, List<String>> query = query(request.getQueryString());
        List<String> pairs = new ArrayList<>();
        request.getParameterMap().forEach((name, values) -> {
            int ofQuery = query.getOrDefault(name, List.of()).size();
            for (String value : Arrays.asList(values).subList(Math.min(ofQuery, values.length), values.length)) {
                pairs.add(encode(name) + "=" + encode(value));
            }
        });
        return String.join("&", pairs).getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, List<String>> query(@Nullable String query) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : query == null ? new String[0] : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            if (!parts[0].isEmpty()) {
                parameters
                        .computeIfAbsent(decode(parts[0].replace('+', ' ')), name -> new ArrayList<>())
                        .add(parts.length < 2 ? "" : decode(parts[1].replace('+', ' ')));
            }
        }
        return parameters;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Containers refuse what does not decode in a path; in a query it stays as it is. */
    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
