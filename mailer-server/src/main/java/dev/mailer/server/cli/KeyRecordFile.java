// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.smtp.dkim.DkimKeyLookup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Key records out of a file: lines of a zone file ({@code NAME. IN TXT "…" "…"}, over several lines in parentheses too), or
 * {@code NAME v=DKIM1; …}, one a line. A name that ends in {@code _domainkey} is that of any domain; a line without a name is the record
 * of every name. Immutable.
 */
final class KeyRecordFile implements DkimKeyLookup {
    private static final Pattern NAMED = Pattern.compile("(\\S+\\._domainkey(?:\\.\\S+)?)\\s+(\\S.*)");
    private static final Pattern STRING = Pattern.compile("\"([^\"]*)\"");
    private static final String END_OF_SELECTOR = "._domainkey";

    private final Map<String, List<String>> named = new HashMap<>();
    private final List<String> unnamed = new ArrayList<>();

    private KeyRecordFile() {}

    /** @throws IllegalArgumentException a parenthesis or a quote is not closed */
    static KeyRecordFile parse(String text) {
        KeyRecordFile file = new KeyRecordFile();
        ZoneLines.of(text).forEach(file::add);
        return file;
    }

    private void add(String line) {
        Matcher name = NAMED.matcher(line);
        if (name.matches()) {
            named.computeIfAbsent(key(name.group(1)), n -> new ArrayList<>()).add(record(name.group(2)));
        } else {
            unnamed.add(record(line));
        }
    }

    /** The strings joined, where there are some. */
    private static String record(String text) {
        StringBuilder joined = new StringBuilder();
        Matcher string = STRING.matcher(text);
        while (string.find()) {
            joined.append(string.group(1));
        }
        return joined.isEmpty() ? text : joined.toString();
    }

    private static String key(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    @Override
    public List<String> txt(String name) {
        String full = key(name);
        int end = full.indexOf(END_OF_SELECTOR);
        String selector = end < 0 ? full : full.substring(0, end + END_OF_SELECTOR.length());
        return named.getOrDefault(full, named.getOrDefault(selector, unnamed));
    }
}
