// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.spi.WireCapabilities;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The service extensions that a server announces in its reply to EHLO (RFC 5321 §4.1.1.1), keyword by parameters. */
final class Extensions {
    /** Those of a server that knows HELO only. */
    static final Extensions NONE = new Extensions(Map.of());

    private final Map<String, String> byKeyword;

    private Extensions(Map<String, String> byKeyword) {
        this.byKeyword = byKeyword;
    }

    /** Reads the reply; its first line is a greeting. */
    static Extensions of(Reply ehlo) {
        Map<String, String> found = new HashMap<>();
        for (String line : ehlo.lines().subList(1, ehlo.lines().size())) {
            // some old servers announce AUTH=PLAIN beside or instead of AUTH PLAIN
            String[] parts = line.strip().toUpperCase(Locale.ROOT).split("[ =]", 2);
            found.merge(parts[0], parts.length < 2 ? "" : parts[1].strip(), (a, b) -> (a + " " + b).strip());
        }
        return new Extensions(Map.copyOf(found));
    }

    /** Each with its parameters, in order. */
    List<String> lines() {
        return byKeyword.entrySet().stream()
                .map(e -> (e.getKey() + " " + e.getValue()).strip())
                .sorted()
                .toList();
    }

    boolean has(String keyword) {
        return byKeyword.containsKey(keyword);
    }

    /** The largest message in octets (RFC 1870 §4); {@link Long#MAX_VALUE} when the server names none. */
    long maxSize() {
        String size = byKeyword.getOrDefault("SIZE", "");
        long limit = size.matches("\\d{1,18}") ? Long.parseLong(size) : 0;
        return limit == 0 ? Long.MAX_VALUE : limit;
    }

    /** Most recipients of one mail (RCPTMAX, RFC 9422 §5.2). */
    int maxRecipients() {
        return limit("RCPTMAX");
    }

    /** Most mails over one connection (MAILMAX, RFC 9422 §5.1). */
    int maxMessages() {
        return limit("MAILMAX");
    }

    /** Most domains of the recipients of all mails over one connection (RCPTDOMAINMAX, RFC 9422). */
    int maxDomains() {
        return limit("RCPTDOMAINMAX");
    }

    private int limit(String name) {
        Matcher value = Pattern.compile("(?:^| )" + name + "=([1-9]\\d{0,8})(?: |$)")
                .matcher(byKeyword.getOrDefault("LIMITS", ""));
        return value.find() ? Integer.parseInt(value.group(1)) : Integer.MAX_VALUE;
    }

    /** The SASL mechanisms (RFC 4954 §3). */
    Set<String> mechanisms() {
        return Set.copyOf(List.of(byKeyword.getOrDefault("AUTH", "").split("[ =]+")));
    }

    WireCapabilities wire() {
        return new WireCapabilities(has("8BITMIME"), has("SMTPUTF8"));
    }
}
