// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.TransportUri;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the options of a transport URI; every error names the option and what it may be. */
final class OptionReader {
    private static final Pattern SHORT = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
    private static final Duration LONGEST = Duration.ofDays(1);

    private final TransportUri uri;

    OptionReader(TransportUri uri) {
        this.uri = uri;
    }

    String text(String name, String fallback) {
        return uri.option(name, fallback);
    }

    Duration duration(String name, Duration fallback) {
        String text = uri.options().get(name);
        if (text == null) {
            return fallback;
        }
        Duration value = parse(text);
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(LONGEST) > 0) {
            throw error(name, text, "a duration like 30s, 5m or PT30S, from 1ms to 24h");
        }
        return value;
    }

    int count(String name, int fallback, int max) {
        String text = uri.options().get(name);
        if (text == null) {
            return fallback;
        }
        int value = text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
        if (value < 1 || value > max) {
            throw error(name, text, "a number from 1 to " + max);
        }
        return value;
    }

    /** What a file says, which is told its path and its text; without the option, what is built in. */
    <T> T file(String name, T builtIn, BiFunction<String, String, T> read) {
        String path = text(name, "");
        if (path.isEmpty()) {
            return builtIn;
        }
        try {
            return read.apply(path, Files.readString(Path.of(path)));
        } catch (IOException | InvalidPathException e) {
            throw error(name, path, "a file that can be read");
        }
    }

    /** An address; null for anything else, also for a name, which is not looked up. */
    static @Nullable InetAddress literal(String text) {
        try {
            if (text.matches("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
                return InetAddress.getByName(text);
            }
        } catch (UnknownHostException e) {
            // it is none
        }
        return null;
    }

    <E extends Enum<E>> E choice(String name, E[] choices, E fallback) {
        String text = uri.options().get(name);
        if (text == null) {
            return fallback;
        }
        for (E choice : choices) {
            if (written(choice).equals(text.toLowerCase(Locale.ROOT))) {
                return choice;
            }
        }
        throw error(
                name,
                text,
                String.join(
                        " or ",
                        Arrays.stream(choices).map(OptionReader::written).toList()));
    }

    private static String written(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    MailerConfigException error(String name, String text, String expected) {
        return new MailerConfigException(
                "transport", uri + ": option '" + name + "' is '" + text + "'; expected " + expected);
    }

    private static Duration parse(String text) {
        Matcher m = SHORT.matcher(text);
        if (m.matches()) {
            long n = Long.parseLong(m.group(1));
            return switch (m.group(2)) {
                case "ms" -> Duration.ofMillis(n);
                case "s" -> Duration.ofSeconds(n);
                case "m" -> Duration.ofMinutes(n);
                default -> Duration.ofHours(n);
            };
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }
}
