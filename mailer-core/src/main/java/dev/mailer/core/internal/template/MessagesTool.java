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
    /** How a placeholder begins: its number and its format. */
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\s*([0-9]+)\\s*(?:}|,\\s*(\\w*))");

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
            throw refused(key, "takes " + wanted + " values and is given " + given);
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
        throw refused(key, "is given no string, number or boolean for {" + index + "}");
    }

    /**
     * Dates in patterns are in the machine's time zone, and a high number is an array of that length. What a choice gives is read
     * once more, so placeholders within placeholders count, and a quote that could hide one is refused.
     */
    private static void requirePlain(String key, String pattern) {
        boolean quoted = false;
        int depth = 0;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\'' && pattern.startsWith("''", i)) {
                i++;
            } else if (c == '\'') {
                if (depth > 0) {
                    throw refused(key, "has a ' within {…}; write '' there");
                }
                quoted = !quoted;
            } else if (c == '{' && !quoted) {
                depth++;
                requirePlain(key, PLACEHOLDER.matcher(pattern).region(i, pattern.length()));
            } else if (c == '}' && !quoted && depth > 0) {
                depth--;
            }
        }
    }

    private static void requirePlain(String key, Matcher placeholder) {
        if (!placeholder.lookingAt()) {
            throw refused(key, "has a { that no number from 0 to " + MAX_INDEX + " follows; write '{' if it is meant");
        }
        String number = placeholder.group(1);
        String format = placeholder.group(2);
        if (number.length() > 2) {
            throw refused(key, "has {" + number + "}; the highest is " + MAX_INDEX);
        }
        if (format != null && !format.equals("number") && !format.equals("choice")) {
            throw refused(key, "has the format '" + format + "'; allowed are number and choice, and $fmt gives dates");
        }
    }

    private static InvalidEmailException refused(String key, String problem) {
        return new InvalidEmailException("template", "the message '" + key + "' " + problem);
    }
}
