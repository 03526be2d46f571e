// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import dev.mailer.api.spi.HttpEndpoint.Request;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Keeps other sites from changing anything: forms carry a token that lives as long as the process, and requests that a browser
 * sends for another site are refused.
 */
final class FormGuard {
    /** The name of the form field. */
    static final String FIELD = "token";

    private static final int MAX_FORM = 8_192;

    private final String token;

    FormGuard(String token) {
        this.token = token;
    }

    static FormGuard create() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return new FormGuard(HexFormat.of().formatHex(bytes));
    }

    String token() {
        return token;
    }

    /** True when the request may come from one of our forms. */
    boolean allowsForm(Request request) {
        return isOwnSite(request)
                && request.body().length() <= MAX_FORM
                && hasToken(request.body().asUtf8());
    }

    /**
     * False when a browser says that another site is behind the request: by Sec-Fetch-Site where it sends that, which also holds
     * behind a proxy that changes Host, and by comparing Origin with Host otherwise.
     */
    static boolean isOwnSite(Request request) {
        String fetchSite = request.header("sec-fetch-site");
        if (fetchSite != null) {
            return fetchSite.equals("same-origin") || fetchSite.equals("none");
        }
        String origin = request.header("origin");
        if (origin == null) {
            return true;
        }
        String host = request.header("host");
        int authority = origin.indexOf("://");
        return host != null
                && authority > 0
                && withoutDefaultPort(origin.substring(authority + 3)).equals(withoutDefaultPort(host));
    }

    private boolean hasToken(String form) {
        for (String pair : form.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).equals(FIELD)) {
                return isToken(pair.substring(equals + 1));
            }
        }
        return false;
    }

    private boolean isToken(String encoded) {
        try {
            byte[] given = URLDecoder.decode(encoded, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
            return MessageDigest.isEqual(given, token.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String withoutDefaultPort(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(":80") || lower.endsWith(":443") ? lower.substring(0, lower.lastIndexOf(':')) : lower;
    }
}
