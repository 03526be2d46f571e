// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.Email;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.server.config.Settings;
import dev.mailer.server.home.ApiKey;
import dev.mailer.server.home.ApiKeys;
import io.javalin.http.Context;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may call what. A key stands for its tenant, which the request cannot choose. What "this
 * machine" means is said at {@link HttpEndpoint#isFromThisMachine}.
 */
final class Guard {
    private static final String TENANT = "mailer.tenant";
    private static final String KEY_NAME = "mailer.key";

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
            case OPERATOR -> {
                requireKey(ctx);
                requireDefaultTenant(ctx);
            }
            case LOCAL_OR_KEY -> {
                if (!settings.open().contains(Settings.Part.METRICS) && !isLocal(ctx)) {
                    requireKey(ctx);
                    requireDefaultTenant(ctx);
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

    private static void requireDefaultTenant(Context ctx) {
        if (!tenant(ctx).equals(Email.DEFAULT_TENANT)) {
            throw ApiException.of(
                    403,
                    "invalid_access",
                    "This is of all tenants and needs a key of the tenant '" + Email.DEFAULT_TENANT + "'.");
        }
    }

    private void requireLocal(Context ctx) {
        if (!settings.open().contains(Settings.Part.MAILBOX) && !isLocal(ctx)) {
            throw ApiException.of(
                    403,
                    "invalid_access",
                    "These pages are for this machine only; the setting server.open=mailbox opens them to everybody.");
        }
        if (!SAFE.contains(ctx.req().getMethod()) && !isOwnSite(ctx)) {
            throw ApiException.of(403, "invalid_access", "Another site's page may not change anything here.");
        }
    }

    private static boolean isLocal(Context ctx) {
        return HttpEndpoint.isFromThisMachine(ctx.req().getRemoteAddr(), ctx::header);
    }

    /** A browser says by Sec-Fetch-Site which site is behind a request; an Origin may be withheld, and is "null" then. */
    private static boolean isOwnSite(Context ctx) {
        String site = ctx.header("Sec-Fetch-Site");
        if (site != null) {
            return site.equals("same-origin") || site.equals("none");
        }
        String origin = ctx.header("Origin");
        return origin == null || sameHost(origin, ctx.header("Host"));
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
