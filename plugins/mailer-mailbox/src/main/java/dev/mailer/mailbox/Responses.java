// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint.Response;
import java.util.HashMap;
import java.util.Map;

/** Responses with the headers that each of them must have. */
final class Responses {
    private static final String PAGE_POLICY =
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
                    + "img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";
    private static final String NOTHING = "default-src 'none'; frame-ancestors 'self'; sandbox";
    /** A mail's HTML: no script, no form, no origin; links may open a tab of their own. */
    static final String SANDBOX = "allow-popups allow-popups-to-escape-sandbox";

    private Responses() {}

    static Response page(int status, Html page) {
        return with(status, "text/html; charset=utf-8", Bytes.utf8(page.toString()), Map.of(), PAGE_POLICY);
    }

    /** A mail's own HTML, for its frame. */
    static Response mailHtml(String html, String pictureSources) {
        String policy = "default-src 'none'; img-src " + pictureSources
                + "; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox "
                + SANDBOX;
        return with(200, "text/html; charset=utf-8", Bytes.utf8(html), Map.of("X-DNS-Prefetch-Control", "off"), policy);
    }

    static Response json(int status, Object value) {
        return with(status, "application/json; charset=utf-8", Bytes.utf8(Json.write(value)), Map.of(), NOTHING);
    }

    static Response text(int status, String text) {
        return plain(status, Bytes.utf8(text));
    }

    static Response plain(int status, Bytes text) {
        return with(status, "text/plain; charset=utf-8", text, Map.of(), NOTHING);
    }

    static Response download(String type, String fileName, Bytes content) {
        return with(200, type, content, Map.of("Content-Disposition", FileNames.attachment(fileName)), NOTHING);
    }

    static Response asset(String type, Bytes content) {
        return with(200, type, content, Map.of("Cache-Control", "no-cache"), NOTHING);
    }

    static Response noContent() {
        return with(204, "text/plain; charset=utf-8", Bytes.EMPTY, Map.of(), NOTHING);
    }

    static Response notAllowed(String allowed) {
        return with(
                405, "text/plain; charset=utf-8", Bytes.utf8("method not allowed"), Map.of("Allow", allowed), NOTHING);
    }

    /** To a relative address; 303 after a form (RFC 9110 §15.4.4), 308 to the same page by its right name. */
    static Response redirect(int status, String relative) {
        return with(status, "text/plain; charset=utf-8", Bytes.EMPTY, Map.of("Location", relative), NOTHING);
    }

    private static Response with(int status, String type, Bytes body, Map<String, String> more, String policy) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", type);
        headers.put("Content-Security-Policy", policy);
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("X-Frame-Options", "SAMEORIGIN");
        // with "no-referrer" a browser would not say where our own forms come from (Fetch §3.3, "null" as Origin)
        headers.put("Referrer-Policy", "same-origin");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put("Cache-Control", "no-store");
        headers.putAll(more);
        return new Response(status, headers, body);
    }
}
