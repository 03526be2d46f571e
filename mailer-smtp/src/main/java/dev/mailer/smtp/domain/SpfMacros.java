// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Expands macros (RFC 7208 §7).
 *
 * @param ip of the client
 * @param local what stands before the at sign of the sender
 * @param senderDomain what stands behind it
 * @param helo the name the client gave
 */
record SpfMacros(InetAddress ip, String local, String senderDomain, String helo) {
    private static final String EXPAND = "%\\{[%s]\\d*[Rr]?[-.+,/_=]*}";
    private static final String PLAIN = "[!-$&-~]|%%|%_|%-";
    private static final Pattern DOMAIN = Pattern.compile("(?:" + PLAIN + '|' + letters("SsLlOoDdIiPpHhVv") + ")*"
            + "(?:\\.(?:[A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*|[A-Za-z0-9]+-[A-Za-z0-9-]*[A-Za-z0-9])\\.?|"
            + letters("SsLlOoDdIiPpHhVv") + ')');
    private static final Pattern TEXT = Pattern.compile("(?:" + PLAIN + '|' + letters("SsLlOoDdIiPpHhVvCcRrTt") + ")*");
    private static final Pattern MACRO = Pattern.compile("%(?:([%_-])|\\{([A-Za-z])(\\d*)([Rr]?)([-.+,/_=]*)})");
    /** RFC 7208 §7.3: what is longer loses labels from the left. */
    private static final int MAX_NAME = 253;
    /** Longer ones are refused before a pattern looks at them. */
    private static final int MAX_SPEC = 500;

    private static String letters(String all) {
        return EXPAND.replace("%s", all);
    }

    /** @throws SpfException it can be no domain */
    static String requireDomain(String spec, String term) throws SpfException {
        if (spec.length() > MAX_SPEC || !DOMAIN.matcher(spec).matches() || hasZeroDigits(spec)) {
            throw SpfException.permanent("'" + Findings.word(term) + "' names no domain");
        }
        return spec;
    }

    static void requireText(String text, String term) throws SpfException {
        if (text.length() > MAX_SPEC || !TEXT.matcher(text).matches() || hasZeroDigits(text)) {
            throw SpfException.permanent("'" + Findings.word(term) + "' has no such value");
        }
    }

    static boolean hasMacro(String spec) {
        return spec.indexOf('%') >= 0;
    }

    /** RFC 7208 §7.1: as many parts as nothing are none. */
    private static boolean hasZeroDigits(String spec) {
        return MACRO.matcher(spec)
                .results()
                .anyMatch(m -> m.group(3) != null && m.group(3).matches("0+|\\d{9,}"));
    }

    /** @param validated the name of the client, looked up when a macro wants it */
    String expand(String spec, String domain, Supplier<String> validated) {
        StringBuilder name = new StringBuilder();
        Matcher m = MACRO.matcher(spec);
        int at = 0;
        while (m.find()) {
            name.append(spec, at, m.start())
                    .append(m.group(1) == null ? value(m, domain, validated) : literal(m.group(1)));
            at = m.end();
        }
        name.append(spec, at, spec.length());
        return shortened(name.toString());
    }

    private static String literal(String escaped) {
        return switch (escaped) {
            case "_" -> " ";
            case "-" -> "%20";
            default -> "%";
        };
    }

    private String value(Matcher m, String domain, Supplier<String> validated) {
        String letter = m.group(2);
        String plain = switch (letter.toLowerCase(Locale.ROOT)) {
            case "s" -> local + '@' + senderDomain;
            case "l" -> local;
            case "o" -> senderDomain;
            case "d" -> domain;
            case "i" -> AddressText.dotted(ip);
            case "p" -> validated.get();
            case "h" -> helo;
            default -> ip instanceof Inet4Address ? "in-addr" : "ip6";
        };
        String delimiters = m.group(5).isEmpty() ? "." : m.group(5);
        List<String> parts = split(plain, delimiters);
        if (!m.group(4).isEmpty()) {
            Collections.reverse(parts);
        }
        int keep = m.group(3).isEmpty() ? parts.size() : Math.min(parts.size(), Integer.parseInt(m.group(3)));
        String value = String.join(".", parts.subList(parts.size() - keep, parts.size()));
        return Character.isUpperCase(letter.charAt(0)) ? escaped(value) : value;
    }

    private static List<String> split(String text, String delimiters) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || delimiters.indexOf(text.charAt(i)) >= 0) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        return parts;
    }

    private static String escaped(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%7E", "~")
                .replace("*", "%2A");
    }

    private static String shortened(String name) {
        String rest = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        while (rest.length() > MAX_NAME && rest.indexOf('.') >= 0) {
            rest = rest.substring(rest.indexOf('.') + 1);
        }
        return rest;
    }
}
