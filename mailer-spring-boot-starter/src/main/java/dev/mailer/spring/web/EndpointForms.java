// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.web;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Leaves the forms that are posted to endpoints to them. Filters that look for a field, and the multipart resolver, would read the body before;
 * and some mail programs write multipart forms that only the endpoint can read. To all others such a request has neither parameters nor parts.
 */
public final class EndpointForms implements Filter {
    private final Predicate<HttpServletRequest> toEndpoint;

    /** @param toEndpoint which requests those are */
    public EndpointForms(Predicate<HttpServletRequest> toEndpoint) {
        this.toEndpoint = toEndpoint;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        boolean form = request instanceof HttpServletRequest http && isForm(http) && toEndpoint.test(http);
        chain.doFilter(form ? new Unread((HttpServletRequest) request) : request, response);
    }

    private static boolean isForm(HttpServletRequest request) {
        String type = request.getContentType();
        String lower = type == null ? "" : type.toLowerCase(Locale.ROOT);
        return lower.startsWith("application/x-www-form-urlencoded") || lower.startsWith("multipart/");
    }

    private static final class Unread extends HttpServletRequestWrapper {
        Unread(HttpServletRequest request) {
            super(request);
        }

        @Override
        public @Nullable String getParameter(String name) {
            return null;
        }

        @Override
        public String @Nullable [] getParameterValues(String name) {
            return null;
        }

        @Override
        public Enumeration<String> getParameterNames() {
            return Collections.emptyEnumeration();
        }

        @Override
        public Map<String, String[]> getParameterMap() {
            return Map.of();
        }

        @Override
        public Collection<Part> getParts() {
            return List.of();
        }

        @Override
        public @Nullable Part getPart(String name) {
            return null;
        }
    }
}
