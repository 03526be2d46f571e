// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What templates know as {@code $msg}: the texts of the mail's language. {@code get} gives text, {@code html} gives HTML whose
 * inserted values are escaped. Stateless.
 */
final class MessagesTool implements TemplateTool {
    /** Highest number of a placeholder. */
    static final int MAX_INDEX = 99;

    private static final int MAX_ARGUMENTS = 20;
    /** A placeholder as MessageFormat reads it, in quotes or not: its number and its format. */
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\s*(\\w*)\\s*(?:,\\s*(\\w*))?");

    private final Map<String, String> messages;
    private final Locale locale;

    MessagesTool(Map<String, String> messages, Locale locale) {
        this.messages = messages;
        this.locale = locale;
    }

    @Override
    public boolean has(String name, int arguments) {
        return arguments >= 1 && arguments <= 1 + MAX_ARGUMENTS && (name.equals("get") || name.equals("html"));
    }

    @Override
    public Object call(String name, List<@Nullable Object> arguments) {
        String key = PlainCalls.word(name, arguments.get(0));
        List<@Nullable Object> values = arguments.subList(1, arguments.size());
        return name.equals("get")
                ? format(key, values, value -> value)
                : new RawHtml(format(key, values, Insertion::escaped));
    }

    private String format(String key, List<@Nullable Object> values, Function<String, String> escape) {
        String pattern = pattern(key);
        Object[] plain = new Object[values.size()];
        long length = pattern.length();
        for (int i = 0; i < plain.length; i++) {
            plain[i] = plain(key, i, values.get(i), escape);
            length += plain[i] instanceof String text ? text.length() : 0;
        }
        RenderBudget.current().take(length);
        try {
            String text = checked(key, pattern, plain.length).format(plain);
            RenderBudget.current().take(text.length());
            return text;
        } catch (IllegalArgumentException e) {
            throw malformed(key, e);
        }
    }

    private MessageFormat checked(String key, String pattern, int given) {
        requirePlain(key, pattern);
        MessageFormat format = new MessageFormat(pattern, locale);
        int wanted = format.getFormatsByArgumentIndex().length;
        if (wanted > given) {
            throw new InvalidEmailException(
                    "template", "the message '" + key + "' takes " + wanted + " values and is given " + given);
        }
        return format;
    }

    /** Fails as {@link #call} would with so many values that are plain. */
    void check(String key, int given) {
        try {
            checked(key, pattern(key), given);
        } catch (IllegalArgumentException e) {
            throw malformed(key, e);
        }
    }

    private String pattern(String key) {
        String pattern = messages.get(key);
        if (pattern == null) {
            throw new InvalidEmailException(
                    "template", "there is no message '" + key + "'; add it to messages.properties");
        }
        return pattern;
    }

    private static InvalidEmailException malformed(String key, IllegalArgumentException e) {
        return new InvalidEmailException(
                "template", "the message '" + key + "' cannot be formatted: " + e.getMessage(), e);
    }

    private static Object plain(String key, int index, @Nullable Object value, Function<String, String> escape) {
        if (value instanceof String text) {
            return escape.apply(text);
        }
        if (value instanceof RawHtml raw) {
            return raw.html();
        }
        if (value instanceof Number) {
            return FormatTool.decimal("the message '" + key + "'", value);
        }
        if (value instanceof Boolean) {
            return value;
        }
        throw new InvalidEmailException(
                "template", "the message '" + key + "' is given no string, number or boolean for {" + index + "}");
    }

    /** Dates in patterns are in the machine's time zone, and a high number is an array of that length. */
    private static void requirePlain(String key, String pattern) {
        Matcher placeholder = PLACEHOLDER.matcher(pattern);
        while (placeholder.find()) {
            String number = placeholder.group(1);
            String format = placeholder.group(2);
            if (number.length() > 2 && number.chars().allMatch(Character::isDigit)) {
                throw new InvalidEmailException(
                        "template", "the message '" + key + "' has {" + number + "}; the highest is " + MAX_INDEX);
            }
            if (format != null && !format.equals("number") && !format.equals("choice")) {
                throw new InvalidEmailException(
                        "template",
                        "the message '" + key + "' has the format '" + format
                                + "'; allowed are number and choice, and $fmt gives dates");
            }
        }
    }
}
