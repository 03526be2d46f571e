// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.web;

import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.core.servlet.ServletExchange;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Predicate;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.util.ServletRequestPathUtils;

/** Serves one endpoint of a plugin. Thread-safe. */
public final class EndpointHandler implements HttpRequestHandler {
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
        if (!allowed.test(request)) {
            ServletExchange.write(
                    response,
                    HttpEndpoint.Response.text(
                            403,
                            "These pages are for this machine only; mailer.mailbox.open=true opens them to everybody.\n"));
            return;
        }
        String path =
                ServletRequestPathUtils.parse(request).pathWithinApplication().value();
        ServletExchange.serve(endpoint, path, request, response);
    }
}
