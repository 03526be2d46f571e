// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.MailerConfigException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where recipients reach the endpoints of tracking and unsubscribing: one address for all, and for tenants that have a domain of their own
 * theirs. From configuration alone, never from a request. Immutable.
 */
public final class PublicUrls {
    /** Where tracking and unsubscribing are. */
    private static final List<String> ENDPOINTS = List.of("/t/", "/u/");
    /** Characters of an address: with a token behind it, it must fit on a line of a header. */
    public static final int MAX_LENGTH = 150;

    private final String common;
    private final Map<String, String> ofTenants;

    private PublicUrls(String common, Map<String, String> ofTenants) {
        this.common = common;
        this.ofTenants = Map.copyOf(ofTenants);
    }

    /**
     * One address for all tenants.
     *
     * @param url such as {@code https://mail.example.com}; http or https with a host, maybe with a port and a path, and nothing else;
     *     at most {@value #MAX_LENGTH} characters
     * @throws MailerConfigException for the option {@code publicUrl}: it is none
     */
    public static PublicUrls of(String url) {
        return new PublicUrls(checked("publicUrl", url), Map.of());
    }

    /**
     * The same with an address of its own for a tenant.
     *
     * @throws MailerConfigException for the option {@code publicUrls.} and the tenant: it is none
     */
    public PublicUrls with(String tenant, String url) {
        Map<String, String> all = new HashMap<>(ofTenants);
        all.put(tenant, checked("publicUrls." + tenant, url));
        return new PublicUrls(common, all);
    }

    /** The address of a path, which begins with a slash, for a tenant. */
    public String of(String tenant, String path) {
        return ofTenants.getOrDefault(tenant, common) + path;
    }

    /** True for an address of our endpoints for this tenant or for all, which tracking leaves alone. */
    boolean isOurs(String tenant, String url) {
        return isBelow(common, url) || isBelow(ofTenants.getOrDefault(tenant, common), url);
    }

    /** The site itself may be that of the application, whose pages are links as others are. */
    private static boolean isBelow(String ours, String url) {
        for (String path : ENDPOINTS) {
            if (url.regionMatches(true, 0, ours + path, 0, ours.length() + path.length())) {
                return true;
            }
        }
        return false;
    }

    /** Those addresses that are not https. */
    public List<String> withoutTls() {
        return Stream.concat(Stream.of(common), ofTenants.values().stream())
                .filter(url -> !url.regionMatches(true, 0, "https:", 0, 6))
                .distinct()
                .sorted()
                .toList();
    }

    private static String checked(String option, String url) {
        if (url.length() > MAX_LENGTH) {
            throw new MailerConfigException(
                    option, "has " + url.length() + " characters; at most " + MAX_LENGTH + " leave room for a token");
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            // without the address, in which a password may stand
            throw new MailerConfigException(option, "is no URL: " + e.getReason() + " at index " + e.getIndex());
        }
        if (uri.getRawUserInfo() != null) {
            throw new MailerConfigException(option, "names a user, which a public address cannot");
        }
        boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!web || uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new MailerConfigException(
                    option,
                    "'" + url
                            + "' cannot be used; expected http or https with a host, such as https://mail.example.com");
        }
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }
}
