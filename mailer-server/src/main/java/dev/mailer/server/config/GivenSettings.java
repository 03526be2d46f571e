// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import dev.mailer.api.MailerConfigException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What was given, by setting and type. Keeps every value that was asked for, as it is shown to people, and a problem for each
 * that cannot be read; the default stands in for that one, so that reading goes on. For one thread.
 */
final class GivenSettings {
    /** Longer values are not repeated in problems. */
    private static final int MAX_SHOWN = 200;

    private static final String DEFAULT = "default";

    private final Map<String, Given> given;
    private final List<String> problems;
    private final List<Settings.Shown> shown = new ArrayList<>();

    /** @param problems takes further ones */
    GivenSettings(Map<String, Given> given, List<String> problems) {
        this.given = given;
        this.problems = problems;
    }

    boolean has(String key) {
        return given.containsKey(key);
    }

    /** Visits what was given, in the order of the names. */
    void forEach(BiConsumer<String, Given> visitor) {
        given.forEach(visitor);
    }

    List<Settings.Shown> shown() {
        return shown;
    }

    int number(String key, int fallback, int min, int max) {
        String allowed =
                "a whole number " + (max == Integer.MAX_VALUE ? "of at least " + min : "from " + min + " to " + max);
        return value(key, fallback, allowed, text -> within(Values.wholeNumber(text), min, max), String::valueOf);
    }

    private static @Nullable Integer within(@Nullable Long n, int min, int max) {
        return n == null || n < min || n > max ? null : (Integer) Math.toIntExact(n);
    }

    long size(String key, long fallback, long min, long max) {
        return value(
                key,
                fallback,
                "a size such as 25MB" + (max == Long.MAX_VALUE ? "" : ", " + min + " bytes to " + max),
                text -> {
                    Long n = Values.size(text);
                    return n == null || n < min || n > max ? null : n;
                },
                n -> n % (1 << 20) == 0 ? (n >> 20) + "MB" : String.valueOf(n));
    }

    /** False by default. */
    boolean flag(String key) {
        return value(key, false, "true or false", GivenSettings::flagOf, String::valueOf);
    }

    private static @Nullable Boolean flagOf(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> null;
        };
    }

    Duration duration(String key, Duration fallback) {
        return value(key, fallback, "a duration such as 500ms, 30s, 5m, 4h, 7d", Values::duration, Values::shown);
    }

    String text(String key, String fallback) {
        return text(key, fallback, value -> value);
    }

    /** @param print leaves out what is secret */
    String text(String key, String fallback, Function<String, String> print) {
        Given g = given.get(key);
        String value = g == null ? fallback : g.value();
        show(key, print.apply(value), origin(g));
        return value;
    }

    /** Shown as {@code ***}; empty when it is not set. */
    String secret(String key) {
        return text(key, "", value -> value.isEmpty() ? "" : "***");
    }

    /** Parted by commas. */
    List<String> names(String key) {
        String list = text(key, "");
        return list.isEmpty() ? List.of() : List.of(list.split("\\s*,\\s*", -1));
    }

    <T> @Nullable T optional(
            String key, String allowed, Function<String, @Nullable T> read, Function<T, String> print) {
        Given g = given.get(key);
        T value = g == null ? null : read.apply(g.value());
        if (g != null && value == null) {
            problem(key, shown(g.value()) + " is not " + allowed);
        }
        show(key, value == null ? "" : print.apply(value), origin(g));
        return value;
    }

    /** A value that looks like a key, put where its file belongs, is not repeated. */
    private static String shown(String value) {
        boolean plain = value.length() <= MAX_SHOWN && value.indexOf('\n') < 0 && !value.contains("BEGIN ");
        return plain ? "'" + value + "'" : "a value of " + value.length() + " characters";
    }

    <T> T value(String key, T fallback, String allowed, Function<String, @Nullable T> read, Function<T, String> print) {
        Given g = given.get(key);
        T value = g == null ? fallback : read.apply(g.value());
        if (value == null) {
            problem(key, "'" + (g == null ? "" : g.value()) + "' is not " + allowed);
            return fallback;
        }
        show(key, print.apply(value), origin(g));
        return value;
    }

    /** Notes a problem where the reading is refused by what it is for. */
    void check(String key, Runnable reading) {
        try {
            reading.run();
        } catch (MailerConfigException e) {
            problem(key, e.problem());
        }
    }

    void problem(String key, String text) {
        Given g = given.get(key);
        problems.add(key + ": " + text + (g == null ? "" : " (from " + g.origin() + ")"));
    }

    void show(String key, String value, String origin) {
        shown.add(new Settings.Shown(key, value, origin));
    }

    private static String origin(@Nullable Given g) {
        return g == null ? DEFAULT : g.origin();
    }
}
