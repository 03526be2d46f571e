// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.velocity.runtime.parser.node.Node;
import org.apache.velocity.util.introspection.Info;
import org.jspecify.annotations.Nullable;

/**
 * What operators and calls take. A list, a map or a block has no size that can be charged before it is written out, and a number
 * of a few characters may have a billion digits.
 */
final class Operands {
    /** Bits of a number of {@link FormatTool#MAX_DIGITS} digits, and some. */
    private static final int MAX_BITS = 4 * FormatTool.MAX_DIGITS;

    private Operands() {}

    /** Whether a value is written out as it is. */
    static boolean isPlain(@Nullable Object value) {
        return value == null
                || value instanceof String
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof RawHtml;
    }

    /** @param does what the template does with the value, as in "compares" */
    static void requirePlain(Node at, String does, @Nullable Object value) {
        if (!isPlain(value)) {
            throw refused(at, does + " something that is no string, number or boolean");
        }
    }

    /** Refuses what would be, or be read as, a long number. */
    static void requireShort(Node at, String does, @Nullable Object value) {
        requirePlain(at, does, value);
        if (value instanceof String text ? !isShort(text) : value instanceof Number number && !isShort(number)) {
            throw refused(at, does + " a number of more than " + FormatTool.MAX_DIGITS + " digits");
        }
    }

    static InvalidEmailException refused(Node at, String problem) {
        return placed(at, new InvalidEmailException("template", problem));
    }

    /** The same error with its place, unless it has one: that is the innermost, and the only one with such a cause. */
    static InvalidEmailException placed(Node at, InvalidEmailException e) {
        return e.getCause() instanceof InvalidEmailException
                ? e
                : new InvalidEmailException("template", PlainUberspector.withoutField(e) + " at " + new Info(at), e);
    }

    private static boolean isShort(String text) {
        if (text.length() > 2 * FormatTool.MAX_DIGITS) {
            return !text.chars().allMatch(c -> Character.isDigit(c) || "+-.eE".indexOf(c) >= 0);
        }
        try {
            return isShort(new BigDecimal(text));
        } catch (NumberFormatException e) {
            return true;
        }
    }

    private static boolean isShort(Number number) {
        if (number instanceof BigInteger integer) {
            return integer.bitLength() <= MAX_BITS && isShort(new BigDecimal(integer));
        }
        return !(number instanceof BigDecimal decimal)
                || (decimal.unscaledValue().bitLength() <= MAX_BITS
                        && decimal.precision() <= FormatTool.MAX_DIGITS
                        && Math.abs((long) decimal.scale()) <= FormatTool.MAX_DIGITS);
    }
}
