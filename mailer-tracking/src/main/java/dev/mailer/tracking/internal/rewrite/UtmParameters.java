// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.internal.rewrite;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.Draft;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is added to the query of links for web statistics. Templates may hold {@code {stream}}, {@code {tenant}} and
 * {@code {tag.NAME}}; one that comes out empty adds nothing. Immutable.
 */
public final class UtmParameters {
    /** The names there are, without {@code utm_}. */
    public static final Set<String> NAMES = Set.of("source", "medium", "campaign", "term", "content");

    /** Longest template. */
    public static final int MAX_LENGTH = 200;

    private static final Pattern PLACE = Pattern.compile("\\{(stream|tenant|tag\\.([^{}]+))}");

    private final Map<String, String> templates;

    private UtmParameters(Map<String, String> templates) {
        this.templates = templates;
    }

    /**
     * Templates by name.
     *
     * @throws MailerConfigException for the option {@code tracking.utm.} and the name
     */
    public static UtmParameters of(Map<String, String> templates) {
        // in an order of their own: that of the caller may be another on another node
        Map<String, String> checked = new TreeMap<>();
        templates.forEach((name, template) -> {
            String option = "tracking.utm." + name;
            if (!NAMES.contains(name)) {
                throw new MailerConfigException(
                        option, "is unknown; there are source, medium, campaign, term and content");
            }
            if (template.length() > MAX_LENGTH) {
                throw new MailerConfigException(
                        option, "has " + template.length() + " characters, allowed are " + MAX_LENGTH);
            }
            if (PLACE.matcher(template).replaceAll("").matches(".*[{}].*")) {
                throw new MailerConfigException(
                        option, "'" + template + "' may have {stream}, {tenant} and {tag.NAME}, and no other braces");
            }
            checked.put("utm_" + name, template);
        });
        return new UtmParameters(checked);
    }

    /** The parameters for a mail, by name, encoded. */
    public Map<String, String> of(Draft draft) {
        Map<String, String> values = new LinkedHashMap<>();
        templates.forEach((name, template) -> {
            String value = PLACE.matcher(template).replaceAll(m -> Matcher.quoteReplacement(value(m.group(1), draft)));
            if (!value.isBlank()) {
                values.put(name, URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        });
        return values;
    }

    private static String value(String place, Draft draft) {
        return switch (place) {
            case "stream" -> draft.stream();
            case "tenant" -> draft.tenant();
            default -> draft.tags().getOrDefault(place.substring("tag.".length()), "");
        };
    }

    /** The address with those parameters that it does not have, behind its own and before the fragment. */
    public static String addTo(String url, Map<String, String> parameters) {
        int fragment = url.indexOf('#');
        int end = fragment < 0 ? url.length() : fragment;
        int question = url.indexOf('?');
        String query = question < 0 || question >= end ? null : url.substring(question + 1, end);
        StringBuilder out = new StringBuilder(url).delete(end, url.length());
        parameters.forEach((name, value) -> {
            if (!has(query, name)) {
                char last = out.charAt(out.length() - 1);
                boolean first = query == null && out.length() == end;
                String separator = first ? "?" : last == '?' || last == '&' ? "" : "&";
                out.append(separator).append(name).append('=').append(value);
            }
        });
        return out.append(url, end, url.length()).toString();
    }

    private static boolean has(@Nullable String query, String name) {
        if (query == null) {
            return false;
        }
        String lower = "&" + query.toLowerCase(Locale.ROOT) + "&";
        return lower.contains("&" + name + "=") || lower.contains("&" + name + "&");
    }
}
