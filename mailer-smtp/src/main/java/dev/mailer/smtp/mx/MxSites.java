// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Tells which site takes mail for a domain. A provider is known by the preferred hosts of the domain, and by all that can be
 * reached: a domain that names hosts of its own beside them is a site of its own. Without a provider, the site is the set of all hosts. Immutable.
 */
public final class MxSites {
    /** Longer names are cut and made unique by a hash. */
    public static final int MAX_NAME = 100;

    private final Providers providers;

    public MxSites(Providers providers) {
        this.providers = providers;
    }

    public MxSite of(MailRoute route) {
        Provider provider = providers.of(route.best());
        if (provider == null || !route.hosts().stream().allMatch(h -> provider.has(h.name()))) {
            String hosts = nameOf(route.names());
            // a host may be called as a provider is, which then means somebody else
            String name = providers.named(hosts) == null ? hosts : hosts + '.';
            return new MxSite(name, name, providers.others(), false);
        }
        String name = provider.isOneSite() ? provider.name() : nameOf(route.names());
        return new MxSite(name, provider.name(), provider.limits(), true);
    }

    /**
     * True when what the host says is said for the site: a domain can name hosts of its own behind those of a provider, and they
     * must not slow down the provider.
     */
    public boolean speaksFor(MxSite site, String host) {
        Provider provider = providers.named(site.group());
        return provider == null || provider.has(host);
    }

    private static String nameOf(List<String> hosts) {
        String all = String.join(",", hosts);
        if (all.length() <= MAX_NAME) {
            return all;
        }
        String end = "+" + (hosts.size() - 1) + "~" + hash(all);
        String first = hosts.get(0);
        return first.substring(0, Math.min(first.length(), MAX_NAME - end.length())) + end;
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256", e);
        }
    }
}
