// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and writes the forms that values have; every reader gives null for what it cannot read. */
public final class Values {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*([kmg]?)(i?b)?");

    private Values() {}

    /** Reads {@code 500ms}, {@code 30s}, {@code 5m}, {@code 4h}, {@code 7d}, {@code 1h30m} or ISO 8601. */
    public static @Nullable Duration duration(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.startsWith("p")) {
            try {
                Duration d = Duration.parse(text);
                return d.isNegative() ? null : d;
            } catch (DateTimeException e) {
                return null;
            }
        }
        if (lower.equals("0")) {
            return Duration.ZERO;
        }
        Duration sum = Duration.ZERO;
        Matcher part = DURATION.matcher(lower);
        int at = 0;
        while (at < lower.length() && part.find(at) && part.start() == at) {
            long n = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "ms" -> Duration.ofMillis(n);
                        case "s" -> Duration.ofSeconds(n);
                        case "m" -> Duration.ofMinutes(n);
                        case "h" -> Duration.ofHours(n);
                        default -> Duration.ofDays(n);
                    });
            at = part.end();
        }
        return at == 0 || at < lower.length() ? null : sum;
    }

    /** The form that {@link #duration} reads, in the largest unit that loses nothing: {@code 90m}, {@code 7d}. */
    public static String shown(Duration d) {
        if (d.isZero() || d.toNanosPart() % 1_000_000 != 0) {
            return d.isZero() ? "0" : d.toString();
        }
        if (d.toMillisPart() != 0) {
            return d.toMillis() + "ms";
        }
        if (d.toSecondsPart() != 0) {
            return d.toSeconds() + "s";
        }
        if (d.toMinutesPart() != 0) {
            return d.toMinutes() + "m";
        }
        return d.toHoursPart() != 0 ? d.toHours() + "h" : d.toDays() + "d";
    }

    /** Reads {@code 25MB}, {@code 64MiB}, {@code 512k} or plain bytes; K, M and G are powers of 1024. */
    static @Nullable Long size(String text) {
        Matcher m = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!m.matches()) {
            return null;
        }
        int shift = switch (m.group(2)) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> 0;
        };
        long n = Long.parseLong(m.group(1));
        return n > Long.MAX_VALUE >> shift ? null : (Long) (n << shift);
    }

    static @Nullable Long wholeNumber(String text) {
        return text.matches("\\d{1,18}") ? (Long) Long.parseLong(text) : null;
    }

    static @Nullable Double decimal(String text) {
        try {
            double d = Double.parseDouble(text);
            return Double.isFinite(d) ? d : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Something that can be a name or an address of a host. */
    static @Nullable String host(String text) {
        return text.isEmpty() || text.chars().anyMatch(c -> c <= ' ' || c >= 127 || c == '/') ? null : text;
    }

    /** A file that exists. */
    static @Nullable Path file(String text) {
        Path path = Path.of(text);
        return Files.isRegularFile(path) ? path : null;
    }

    /** A folder that exists. */
    static @Nullable Path folder(String text) {
        Path path = Path.of(text);
        return Files.isDirectory(path) ? path : null;
    }

    /** The value without what may be secret: user, password and options of each address in it. */
    static String redacted(String address) {
        return address.replaceAll("//\\S*@", "//***@").replaceAll("\\?[^\\s)]*", "?***");
    }
}
