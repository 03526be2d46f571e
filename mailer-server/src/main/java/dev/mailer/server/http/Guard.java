// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.server.config.Settings;
import dev.mailer.server.home.ApiKey;
import dev.mailer.server.home.ApiKeys;
import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may call what. A key stands for its tenant, which the request cannot choose. "This machine" means: a loopback
 * peer, no sign of a proxy, and a Host header that names this machine, so that a web page which had its own name resolved to
 * 127.0.0.1 does not count.
 */
final class Guard {
    private static final String TENANT = "mailer.tenant";
    private static final String KEY_NAME = "mailer.key";
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    private final ApiKeys keys;
    private final Settings.Server settings;

    Guard(ApiKeys keys, Settings.Server settings) {
        this.keys = keys;
        this.settings = settings;
    }

    /** The tenant of the key that the request showed. */
    static String tenant(Context ctx) {
        String tenant = ctx.attribute(TENANT);
        if (tenant == null) {
            throw new IllegalStateException("the route " + ctx.path() + " asks for no key");
        }
        return tenant;
    }

    /** The name of that key, which somebody gave it. */
    static String keyName(Context ctx) {
        String name = ctx.attribute(KEY_NAME);
        return name == null ? "" : name;
    }

    void require(Access access, Context ctx) {
        switch (access) {
            case OPEN -> {}
            case KEY -> requireKey(ctx);
            case LOCAL_OR_KEY -> {
                if (!settings.open().contains(Settings.Part.METRICS) && !isLocal(ctx)) {
                    requireKey(ctx);
                }
            }
            case LOCAL -> requireLocal(ctx);
        }
    }

    private void requireKey(Context ctx) {
        String header = ctx.header("Authorization");
        if (header == null || header.isBlank()) {
            throw ApiException.of(
                    401, "missing_api_key", "Missing API key in the authorization header: Authorization: Bearer mk_…");
        }
        String secret = header.regionMatches(true, 0, "Bearer ", 0, 7)
                ? header.substring(7).strip()
                : "";
        ApiKey key = secret.isEmpty() ? null : keys.find(secret);
        if (key == null) {
            throw ApiException.of(403, "invalid_api_key", "API key is invalid.");
        }
        ctx.attribute(TENANT, key.tenant());
        ctx.attribute(KEY_NAME, key.name());
    }

    private void requireLocal(Context ctx) {
        if (!settings.open().contains(Settings.Part.MAILBOX) && !isLocal(ctx)) {
            throw ApiException.of(
                    403,
                    "invalid_access",
                    "These pages are for this machine only; the setting server.open=mailbox opens them to everybody.");
        }
        String origin = ctx.header("Origin");
        if (origin != null && !SAFE.contains(ctx.req().getMethod()) && !sameHost(origin, ctx.header("Host"))) {
            throw ApiException.of(403, "invalid_access", "Another site's page may not change anything here.");
        }
    }

    private static boolean isLocal(Context ctx) {
        if (ctx.header("X-Forwarded-For") != null || ctx.header("Forwarded") != null) {
            return false;
        }
        return isLoopback(ctx.req().getRemoteAddr()) && isOwnName(ctx.header("Host"));
    }

    /** The address is a literal, so nothing is looked up. */
    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean isOwnName(@Nullable String host) {
        return host != null
                && LOOPBACK_NAMES.contains(host.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", ""));
    }

    private static boolean sameHost(String origin, @Nullable String host) {
        try {
            String authority = URI.create(origin).getAuthority();
            return authority != null && authority.equalsIgnoreCase(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
