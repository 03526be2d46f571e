// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a domain says about TLS with its mail hosts (RFC 8461 §3.2).
 *
 * @param maxAge how long it holds, a year at most
 * @param mx patterns of hosts: a name, or {@code *.} in place of the first label
 */
public record StsPolicy(StsMode mode, Duration maxAge, List<String> mx) {
    /** The longest life of a policy, in seconds. */
    public static final long MAX_AGE = 31_557_600;
    /** Patterns of one policy; more are not read. */
    static final int MAX_PATTERNS = 1_000;

    private static final Pattern FIELD = Pattern.compile(
            "([A-Za-z0-9][A-Za-z0-9_.-]{0,31}):[ \\t]*([!-~\\x80-\\uFFFF]+(?: +[!-~\\x80-\\uFFFF]+)*)[ \\t]*");
    private static final Pattern MX = Pattern.compile(
            "(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");

    public StsPolicy {
        mx = List.copyOf(mx);
    }

    /**
     * Reads a policy; fields that are not known are passed over, of fields that are repeated the first counts.
     *
     * @throws IllegalArgumentException what is wrong with it
     */
    public static StsPolicy parse(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        List<String> mx = new ArrayList<>();
        String[] lines = text.split("\r?\n", -1);
        int count = lines[lines.length - 1].isEmpty() ? lines.length - 1 : lines.length;
        for (int i = 0; i < count; i++) {
            Matcher field = FIELD.matcher(lines[i]);
            if (!field.matches()) {
                throw new IllegalArgumentException("line " + (i + 1) + " is no field; expected 'name: value'");
            }
            if (field.group(1).equals("mx")) {
                mx.add(pattern(field.group(2)));
            } else {
                fields.putIfAbsent(field.group(1), field.group(2));
            }
        }
        if (!"STSv1".equals(fields.get("version"))) {
            throw new IllegalArgumentException("version is '" + fields.get("version") + "'; expected STSv1");
        }
        StsMode mode = mode(fields.get("mode"));
        if (mode != StsMode.NONE && (mx.isEmpty() || mx.size() > MAX_PATTERNS)) {
            throw new IllegalArgumentException("mx is there " + mx.size() + " times; expected 1 to " + MAX_PATTERNS);
        }
        return new StsPolicy(mode, maxAge(fields.get("max_age")), mode == StsMode.NONE ? List.of() : mx);
    }

    /** RFC 8461 §4.1: an asterisk stands for exactly one label. */
    public boolean allows(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        int dot = name.indexOf('.');
        return mx.stream()
                .anyMatch(p ->
                        p.startsWith("*.") ? dot > 0 && name.substring(dot).equals(p.substring(1)) : name.equals(p));
    }

    private static String pattern(String value) {
        if (value.length() > 255 || !MX.matcher(value).matches()) {
            throw new IllegalArgumentException("mx is '" + value + "'; expected mx.example.com or *.example.com");
        }
        return value.toLowerCase(Locale.ROOT);
    }

    private static StsMode mode(@Nullable String value) {
        for (StsMode mode : StsMode.values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(value)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("mode is '" + value + "'; expected enforce, testing or none");
    }

    private static Duration maxAge(@Nullable String value) {
        if (value == null || !value.matches("\\d{1,10}")) {
            throw new IllegalArgumentException("max_age is '" + value + "'; expected seconds");
        }
        return Duration.ofSeconds(Math.min(MAX_AGE, Long.parseLong(value)));
    }
}
