// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint.Response;
import java.util.HashMap;
import java.util.Map;

/** Responses with the headers that each of them must have: nobody keeps, frames, indexes or passes on the address of a page. */
final class PageResponses {
    /** Seconds. */
    private static final String RETRY = "60";

    private PageResponses() {}

    static Response page(int status, PreferencePages.Page page) {
        String policy = "default-src 'none'; style-src " + page.styles() + "; img-src " + page.images()
                + "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        return with(status, "text/html; charset=utf-8", page.html(), policy, Map.of());
    }

    static Response text(int status, String text) {
        return text(status, text, Map.of());
    }

    static Response notAllowed() {
        return text(405, "Only GET, HEAD and POST are answered here.\n", Map.of("Allow", "GET, HEAD, POST"));
    }

    private static Response text(int status, String text, Map<String, String> more) {
        return with(status, "text/plain; charset=utf-8", text, "default-src 'none'; frame-ancestors 'none'", more);
    }

    private static Response with(int status, String type, String body, String policy, Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(more);
        headers.put("Content-Type", type);
        headers.put("Content-Security-Policy", policy);
        headers.put("X-Frame-Options", "DENY");
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("X-Robots-Tag", "noindex, nofollow");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Cache-Control", "no-store");
        if (status == 503) {
            headers.put("Retry-After", RETRY);
        } else if (status == 429) {
            headers.put("Retry-After", String.valueOf(Returns.WITHIN.toSeconds()));
        }
        return new Response(status, headers, Bytes.utf8(body));
    }
}
