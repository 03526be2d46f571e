// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.NumberFormat;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.time.temporal.TemporalAccessor;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What templates know as {@code $fmt}: numbers, amounts and dates in the mail's language. Depends on its arguments only: no
 * clock, no time zone of the machine, no locale of the machine. Stateless.
 */
final class FormatTool implements TemplateTool {
    /** Most digits of a number, before and behind the point together, and most decimal places. */
    static final int MAX_DIGITS = 40;

    private static final Map<String, FormatStyle> STYLES = Map.of(
            "short", FormatStyle.SHORT,
            "medium", FormatStyle.MEDIUM,
            "long", FormatStyle.LONG,
            "full", FormatStyle.FULL);
    /** So many characters are written for one value at most; charged before. */
    private static final int LONGEST = 200;

    private final Locale locale;

    FormatTool(Locale locale) {
        this.locale = locale;
    }

    @Override
    public boolean has(String name, int arguments) {
        return switch (name) {
            case "number" -> arguments == 1 || arguments == 2;
            case "currency" -> arguments == 2;
            case "date", "dateTime" -> arguments == 2 || arguments == 3;
            default -> false;
        };
    }

    @Override
    public Object call(String name, List<@Nullable Object> arguments) {
        RenderBudget.current().take(LONGEST);
        Object value = arguments.get(0);
        return switch (name) {
            case "number" -> number(value, arguments.size() > 1 ? arguments.get(1) : null);
            case "currency" -> currency(value, PlainCalls.word(name, arguments.get(1)));
            default ->
                date(
                        name.equals("dateTime"),
                        PlainCalls.word(name, value),
                        PlainCalls.word(name, arguments.get(1)),
                        arguments.size() > 2 ? PlainCalls.word(name, arguments.get(2)) : null);
        };
    }

    private String number(@Nullable Object value, @Nullable Object places) {
        NumberFormat format = NumberFormat.getNumberInstance(locale);
        if (places != null) {
            int digits = places instanceof Integer i ? i : -1;
            if (digits < 0 || digits > MAX_DIGITS) {
                throw refused(
                        "$fmt.number", "is given '" + places + "' decimal places; allowed are 0 to " + MAX_DIGITS);
            }
            format.setMinimumFractionDigits(digits);
            format.setMaximumFractionDigits(digits);
        }
        return format.format(decimal("$fmt.number", value));
    }

    private String currency(@Nullable Object value, String code) {
        Currency currency;
        try {
            currency = Currency.getInstance(code);
        } catch (IllegalArgumentException e) {
            throw refused("$fmt.currency", "is given the currency '" + code + "'; expected a code such as EUR");
        }
        NumberFormat format = NumberFormat.getCurrencyInstance(locale);
        format.setCurrency(currency);
        int digits = Math.max(0, currency.getDefaultFractionDigits());
        format.setMinimumFractionDigits(digits);
        format.setMaximumFractionDigits(digits);
        format.setRoundingMode(RoundingMode.HALF_EVEN);
        return format.format(decimal("$fmt.currency", value));
    }

    /** A number, or a string that reads as one, as amounts in JSON often do. */
    static BigDecimal decimal(String call, @Nullable Object value) {
        String text = value instanceof Number || value instanceof String ? value.toString() : "";
        if (text.length() <= 2 * MAX_DIGITS) {
            try {
                BigDecimal decimal = new BigDecimal(text);
                if (decimal.precision() <= MAX_DIGITS && Math.abs(decimal.scale()) <= MAX_DIGITS) {
                    return decimal;
                }
            } catch (NumberFormatException e) {
                throw refused(call, "is given something that is no number");
            }
        }
        throw refused(call, "is given a number of more than " + MAX_DIGITS + " digits");
    }

    private String date(boolean withTime, String text, String styleName, @Nullable String zone) {
        String call = withTime ? "$fmt.dateTime" : "$fmt.date";
        FormatStyle style = STYLES.get(styleName);
        if (style == null) {
            throw refused(call, "is given the style '" + styleName + "'; allowed are short, medium, long and full");
        }
        DateTimeFormatter formatter = withTime
                ? DateTimeFormatter.ofLocalizedDateTime(style, FormatStyle.SHORT)
                : DateTimeFormatter.ofLocalizedDate(style);
        try {
            return formatter.withLocale(locale).format(parsed(call, text, zone));
        } catch (DateTimeException e) {
            throw refused(call, "is given no date that it can write; expected 2026-11-21 or 2026-11-21T10:30:00Z");
        }
    }

    /** A date, a local time, or an instant with its offset; only the last can be moved to another zone. */
    private static TemporalAccessor parsed(String call, String text, @Nullable String zone) {
        if (text.indexOf('T') < 0) {
            return LocalDate.parse(text);
        }
        TemporalAccessor time =
                DateTimeFormatter.ISO_DATE_TIME.parseBest(text, ZonedDateTime::from, LocalDateTime::from);
        if (zone == null) {
            return time;
        }
        if (!(time instanceof ZonedDateTime zoned)) {
            throw refused(call, "is given a zone for a time without an offset; write it as 2026-11-21T10:30:00Z");
        }
        try {
            return zoned.withZoneSameInstant(ZoneId.of(zone));
        } catch (DateTimeException e) {
            throw refused(call, "is given the zone '" + zone + "'; expected one such as Europe/Vienna");
        }
    }

    private static InvalidEmailException refused(String call, String problem) {
        return new InvalidEmailException("template", call + " " + problem);
    }
}
