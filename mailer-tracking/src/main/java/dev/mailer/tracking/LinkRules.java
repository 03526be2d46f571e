// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.spi.Draft;
import dev.mailer.tracking.internal.rewrite.WebUrl;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which links are tracked. Immutable. */
final class LinkRules {
    private static final Pattern UNSUBSCRIBE = Pattern.compile("<([^<>]*+)>");

    private final PublicUrls urls;
    private final Set<String> hosts = new HashSet<>();
    private final Set<String> below = new HashSet<>();

    /** @param excluded hosts, or all below one as {@code *.example.com} */
    LinkRules(PublicUrls urls, Set<String> excluded) {
        this.urls = urls;
        for (String host : excluded) {
            String lower = host.toLowerCase(Locale.ROOT);
            if (lower.startsWith("*.")) {
                below.add(lower.substring(1));
            } else {
                hosts.add(lower);
            }
        }
    }

    /** The addresses by which the mail says one can unsubscribe (RFC 2369 §3.2); they are to work without us. */
    static Set<String> unsubscribeLinks(Draft draft) {
        Set<String> links = new HashSet<>();
        String header = draft.header("List-Unsubscribe");
        Matcher found = UNSUBSCRIBE.matcher(header == null ? "" : header);
        while (found.find()) {
            links.add(found.group(1).strip());
        }
        return links;
    }

    /** A link that is tracked; null for all others. */
    @Nullable
    WebUrl tracked(String tenant, Set<String> unsubscribe, String link) {
        WebUrl url = WebUrl.parse(link);
        if (url == null || url.isUnfinished() || unsubscribe.contains(link) || urls.isOurs(tenant, link)) {
            return null;
        }
        return hosts.contains(url.host()) || below.stream().anyMatch(url.host()::endsWith) ? null : url;
    }
}
