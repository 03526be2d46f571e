// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.servlet;

import dev.mailer.api.spi.HttpEndpoint;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Serves the endpoints of plugins in a servlet container: tracking, unsubscribing, the dev mailbox. Map it to {@link #patterns}; below another
 * path, such as {@code /mail/*}, the endpoints are at {@code /mail/t} and so on. What is at none of them is answered 404. An endpoint that is
 * for developers lets in who is on this machine, by {@link HttpEndpoint#isFromThisMachine}, and answers others 403. Give it no multipart
 * configuration, and put no filter before it that reads forms. Thread-safe.
 */
@SuppressWarnings("exports") // who has no servlets needs no module of theirs
public final class EndpointServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient List<HttpEndpoint> endpoints;

    /** @param endpoints those of the mailer */
    public EndpointServlet(List<HttpEndpoint> endpoints) {
        this.endpoints = List.copyOf(endpoints);
    }

    /** What to map it to, so that each endpoint is at its own path: {@code /t/*}. */
    public List<String> patterns() {
        return endpoints.stream().map(endpoint -> endpoint.path() + "/*").toList();
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        HttpEndpoint endpoint = at(path);
        String servlet = request.getServletPath();
        if (endpoint == null && path.startsWith(servlet)) {
            path = path.substring(servlet.length());
            endpoint = at(path);
        }
        if (endpoint == null) {
            ServletExchange.write(response, HttpEndpoint.Response.text(404, "There is nothing here.\n"));
        } else if (endpoint.forDevelopers() && !isFromThisMachine(request)) {
            ServletExchange.write(
                    response, HttpEndpoint.Response.text(403, "These pages are for this machine only.\n"));
        } else {
            ServletExchange.serve(endpoint, path, request, response);
        }
    }

    /** The request is looked at as it came, beneath what filters make of it. */
    public static boolean isFromThisMachine(HttpServletRequest request) {
        ServletRequest inner = request;
        while (inner instanceof ServletRequestWrapper wrapper) {
            inner = wrapper.getRequest();
        }
        HttpServletRequest asItCame = inner instanceof HttpServletRequest http ? http : request;
        return HttpEndpoint.isFromThisMachine(asItCame.getRemoteAddr(), asItCame::getHeader);
    }

    private @Nullable HttpEndpoint at(String path) {
        for (HttpEndpoint endpoint : endpoints) {
            if (path.equals(endpoint.path()) || path.startsWith(endpoint.path() + "/")) {
                return endpoint;
            }
        }
        return null;
    }
}
