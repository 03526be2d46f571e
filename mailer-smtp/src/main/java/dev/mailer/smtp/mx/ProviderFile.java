// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import dev.mailer.api.MailerConfigException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads providers from text: sections {@code [name]} with lines {@code key = value}; {@code #} begins a comment. A section of
 * a later text changes what it says of the provider of this name, and leaves the rest.
 */
final class ProviderFile {
    /** The section for all sites that no provider has. */
    static final String OTHERS = "*";

    private static final String KEYS =
            "hosts, site, connections, messages-per-connection, recipients, messages-per-minute";
    private static final int MOST = 100_000;
    private static final String HOST = "(\\*\\.)?[a-z0-9_-]+(\\.[a-z0-9_-]+)+";

    private final Map<String, Provider> providers = new LinkedHashMap<>();
    private String source = "";
    private int line;

    ProviderFile(SiteLimits others) {
        providers.put(OTHERS, new Provider(OTHERS, List.of(), false, others));
    }

    /**
     * Adds what a text says.
     *
     * @throws MailerConfigException names the line
     */
    ProviderFile read(String name, String text) {
        source = name;
        line = 0;
        Provider current = null;
        for (String raw : text.split("\\R", -1)) {
            line++;
            int comment = raw.indexOf('#');
            String content = (comment < 0 ? raw : raw.substring(0, comment)).strip();
            if (content.startsWith("[") && content.endsWith("]")) {
                current = section(content.substring(1, content.length() - 1).strip());
            } else if (!content.isEmpty()) {
                current = change(current, content);
            }
            if (current != null) {
                providers.put(current.name(), current);
            }
        }
        return this;
    }

    Map<String, Provider> providers() {
        return new LinkedHashMap<>(providers);
    }

    private Provider section(String name) {
        if (!name.equals(OTHERS) && !name.matches("[a-z0-9-]{1,40}")) {
            throw error("provider '" + name + "'", "small letters, digits and hyphens, 40 at most, or *");
        }
        Provider known = providers.get(name);
        return known != null ? known : new Provider(name, List.of(), true, others());
    }

    private SiteLimits others() {
        Provider others = providers.get(OTHERS);
        return others == null ? Providers.UNKNOWN : others.limits();
    }

    private Provider change(@Nullable Provider p, String content) {
        int equals = content.indexOf('=');
        if (p == null || equals < 0) {
            throw error("'" + content + "'", "[provider] and then key = value");
        }
        String key = content.substring(0, equals).strip();
        String value = content.substring(equals + 1).strip();
        SiteLimits l = p.limits();
        return switch (key) {
            case "hosts" -> new Provider(p.name(), hosts(value), p.isOneSite(), l);
            case "site" -> new Provider(p.name(), p.hosts(), isOneSite(value), l);
            case "connections" ->
                with(p, new SiteLimits(count(key, value, 1), l.messages(), l.recipients(), l.messagesPerMinute()));
            case "messages-per-connection" ->
                with(p, new SiteLimits(l.connections(), count(key, value, 1), l.recipients(), l.messagesPerMinute()));
            case "recipients" ->
                with(p, new SiteLimits(l.connections(), l.messages(), count(key, value, 1), l.messagesPerMinute()));
            case "messages-per-minute" ->
                with(p, new SiteLimits(l.connections(), l.messages(), l.recipients(), count(key, value, 0)));
            default -> throw error("key '" + key + "'", "one of " + KEYS);
        };
    }

    private static Provider with(Provider p, SiteLimits limits) {
        return new Provider(p.name(), p.hosts(), p.isOneSite(), limits);
    }

    private List<String> hosts(String value) {
        List<String> hosts = Arrays.stream(value.toLowerCase(Locale.ROOT).split("[,\\s]+", -1))
                .toList();
        for (String host : hosts) {
            if (!host.matches(HOST)) {
                throw error("host '" + host + "'", "names such as mx.example.com or *.example.com");
            }
        }
        return hosts;
    }

    private boolean isOneSite(String value) {
        if (!value.equals("provider") && !value.equals("hosts")) {
            throw error("site '" + value + "'", "provider (all hosts take mail for all domains) or hosts");
        }
        return value.equals("provider");
    }

    private int count(String key, String value, int least) {
        int number = value.matches("\\d{1,6}") ? Integer.parseInt(value) : -1;
        if (number < least || number > MOST) {
            throw error(key + " '" + value + "'", "a number from " + least + " to " + MOST);
        }
        return number;
    }

    private MailerConfigException error(String what, String expected) {
        return new MailerConfigException(
                "providers", source + ", line " + line + ": " + what + "; expected " + expected);
    }
}
