// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.text.Normalizer;
import java.util.Locale;

/**
 * International domain labels: Punycode (RFC 3492), the mapping of what people type (RFC 5895 §2) and the rules a label
 * must keep (RFC 5891 §4.2). Nontransitional as in UTS #46: {@code ß} and {@code ς} stay what they are. Symbols such as
 * emoji pass, as in UTS #46; joiners pass only in a label that is given as an A-label.
 */
final class Punycode {
    static final int MAX_LABEL = 63;
    private static final String PREFIX = "xn--";
    private static final int BASE = 36;
    private static final int T_MIN = 1;
    private static final int T_MAX = 26;
    private static final int SKEW = 38;
    private static final int DAMP = 700;
    private static final int INITIAL_BIAS = 72;
    private static final int INITIAL_N = 128;
    /** Punctuation that IDNA allows in a label (RFC 5892 §2.6); the middle dot also needs its neighbours. */
    private static final String ALLOWED_PUNCTUATION = "\u00B7\u0375\u05F3\u05F4\u0F0B\u30FB";

    private Punycode() {}

    /** Lower case, ordinary width, NFC and plain dots (RFC 5895 §2); no check of what comes out. */
    static String map(String domain) {
        if (Lines.isAscii(domain)) {
            return domain.toLowerCase(Locale.ROOT);
        }
        StringBuilder mapped = new StringBuilder(domain.length());
        domain.codePoints().forEach(cp -> {
            if (cp == 0x3002) {
                mapped.append('.');
            } else if (cp >= 0xFF00 && cp <= 0xFFEF) {
                Normalizer.normalize(Character.toString(cp), Normalizer.Form.NFKC)
                        .codePoints()
                        .forEach(wide -> appendLower(mapped, wide == 0x3002 ? '.' : wide));
            } else {
                appendLower(mapped, cp);
            }
        });
        return Normalizer.normalize(mapped, Normalizer.Form.NFC);
    }

    /** By character, because {@code String.toLowerCase} turns a last capital sigma into the final form. */
    private static void appendLower(StringBuilder out, int cp) {
        if (cp == 0x0130) {
            out.append("i\u0307");
        } else if (cp >= 0xAB70 && cp <= 0xABBF) {
            out.appendCodePoint(cp - 0xAB70 + 0x13A0);
        } else if (cp >= 0x13F8 && cp <= 0x13FD) {
            out.appendCodePoint(cp - 8);
        } else {
            out.appendCodePoint(isCherokee(cp) ? cp : Character.toLowerCase(cp));
        }
    }

    /**
     * The A-label or plain ASCII form of a mapped label.
     *
     * @throws IllegalArgumentException with the broken rule, to be read after "label n "
     */
    static String toAscii(String label) {
        if (label.isEmpty()) {
            throw new IllegalArgumentException("is empty");
        }
        if (label.startsWith(PREFIX)) {
            requireLdh(label);
            requireALabel(label);
            return label;
        }
        requireHyphens(label);
        if (Lines.isAscii(label)) {
            requireLdh(label);
            return label;
        }
        // every character takes one octet or more, so this bounds the work below
        requireLength(label.codePointCount(0, label.length()));
        requireULabel(label, false);
        String ascii = PREFIX + encode(label);
        requireLength(ascii.length());
        return ascii;
    }

    private static void requireLdh(String label) {
        requireLength(label.length());
        for (int i = 0; i < label.length(); i++) {
            if (!isLdh(label.charAt(i))) {
                throw new IllegalArgumentException(
                        "holds " + shown(label.charAt(i)) + "; allowed are letters, digits and '-'");
            }
        }
        if (label.startsWith("-") || label.endsWith("-")) {
            throw new IllegalArgumentException("starts or ends with '-'");
        }
    }

    private static void requireHyphens(String label) {
        if (label.startsWith("-") || label.endsWith("-")) {
            throw new IllegalArgumentException("starts or ends with '-'");
        }
        if (label.startsWith("--", label.offsetByCodePoints(0, Math.min(2, label.codePointCount(0, label.length()))))) {
            throw new IllegalArgumentException("has '--' in third place, which is reserved (RFC 5890 §2.3.1)");
        }
    }

    private static void requireLength(int octets) {
        if (octets > MAX_LABEL) {
            throw new IllegalArgumentException("has " + octets + " octets, allowed are 1 to " + MAX_LABEL);
        }
    }

    private static void requireALabel(String label) {
        String encoded = label.substring(PREFIX.length());
        String unicode;
        try {
            unicode = decode(encoded);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is not valid Punycode (RFC 3492)", e);
        }
        boolean same = !Lines.isAscii(unicode)
                && map(unicode).equals(unicode)
                && encode(unicode).equals(encoded);
        if (!same) {
            throw new IllegalArgumentException("is not the Punycode of an IDNA label (RFC 5891 §5.4)");
        }
        requireHyphens(unicode);
        requireULabel(unicode, true);
    }

    private static void requireULabel(String label, boolean joiners) {
        if (isMark(label.codePointAt(0))) {
            throw new IllegalArgumentException("starts with a combining mark");
        }
        for (int i = 0; i < label.length(); ) {
            int cp = label.codePointAt(i);
            boolean joiner = joiners && i > 0 && (cp == 0x200C || cp == 0x200D);
            boolean dot = cp != 0x00B7 || (i > 0 && label.charAt(i - 1) == 'l' && label.startsWith("l", i + 1));
            if (cp < INITIAL_N ? !isLdh((char) cp) : !joiner && (!dot || !isAllowed(cp))) {
                throw new IllegalArgumentException("holds " + shown(cp) + ", which no domain may hold (RFC 5892)");
            }
            i += Character.charCount(cp);
        }
        if (!Normalizer.isNormalized(label, Normalizer.Form.NFKC)) {
            throw new IllegalArgumentException(
                    "holds a compatibility character, which stands for another one (RFC 5892 §2.2)");
        }
    }

    private static boolean isAllowed(int cp) {
        if (isInvisible(cp) || !isStable(cp)) {
            return false;
        }
        return switch (Character.getType(cp)) {
            case Character.LOWERCASE_LETTER,
                    Character.OTHER_LETTER,
                    Character.MODIFIER_LETTER,
                    Character.NON_SPACING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.DECIMAL_DIGIT_NUMBER,
                    Character.OTHER_SYMBOL -> true;
            case Character.UPPERCASE_LETTER -> isCherokee(cp);
            case Character.LETTER_NUMBER -> cp == 0x3007;
            case Character.MODIFIER_SYMBOL -> cp >= 0x1F3FB && cp <= 0x1F3FF;
            default -> ALLOWED_PUNCTUATION.indexOf(cp) >= 0;
        };
    }

    /** False where case folding turns the character into another, which IDNA disallows (RFC 5892 §2.2). */
    private static boolean isStable(int cp) {
        if (cp == 0x00DF || cp == 0x03C2 || cp == 0x0131 || isCherokee(cp)) {
            return true;
        }
        String given = Character.toString(cp);
        StringBuilder folded = new StringBuilder();
        given.toUpperCase(Locale.ROOT).codePoints().forEach(c -> folded.appendCodePoint(Character.toLowerCase(c)));
        return Normalizer.normalize(folded, Normalizer.Form.NFC)
                .equals(Normalizer.normalize(given, Normalizer.Form.NFC));
    }

    /** The one script whose folded form is the capital. */
    private static boolean isCherokee(int cp) {
        return cp >= 0x13A0 && cp <= 0x13F5;
    }

    private static boolean isLdh(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    }

    static boolean isMark(int cp) {
        int type = Character.getType(cp);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
    }

    /**
     * Controls, format and bidi characters, private use, unassigned, surrogates, white space, and what Unicode counts as
     * ignorable or as a stand-in for lost text: nothing of it belongs into an address.
     */
    static boolean isInvisible(int cp) {
        return switch (Character.getType(cp)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.SURROGATE,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default ->
                cp == 0x034F
                        || cp == 0x115F
                        || cp == 0x1160
                        || cp == 0x17B4
                        || cp == 0x17B5
                        || (cp >= 0x180B && cp <= 0x180F)
                        || cp == 0x3164
                        || (cp >= 0xFE00 && cp <= 0xFE0F)
                        || cp == 0xFFA0
                        || cp == 0xFFFC
                        || cp == 0xFFFD
                        || (cp >= 0xE0100 && cp <= 0xE01EF);
        };
    }

    static String shown(int cp) {
        return String.format(Locale.ROOT, "U+%04X", cp);
    }

    /** The Punycode of a label, without the prefix (RFC 3492 §6.3). Quadratic, so for labels only. */
    static String encode(String label) {
        int[] input = label.codePoints().toArray();
        StringBuilder out = new StringBuilder();
        for (int cp : input) {
            if (cp < INITIAL_N) {
                out.append((char) cp);
            }
        }
        int basic = out.length();
        int handled = basic;
        if (basic > 0) {
            out.append('-');
        }
        int n = INITIAL_N;
        int bias = INITIAL_BIAS;
        int delta = 0;
        while (handled < input.length) {
            int next = Integer.MAX_VALUE;
            for (int cp : input) {
                if (cp >= n && cp < next) {
                    next = cp;
                }
            }
            delta = exact(delta + (long) (next - n) * (handled + 1));
            n = next;
            for (int cp : input) {
                if (cp < n) {
                    delta = exact(delta + 1L);
                } else if (cp == n) {
                    appendNumber(out, delta, bias);
                    bias = adapt(delta, handled + 1, handled == basic);
                    delta = 0;
                    handled++;
                }
            }
            delta = exact(delta + 1L);
            n++;
        }
        return out.toString();
    }

    /**
     * The label that Punycode stands for (RFC 3492 §6.2); letters before the last hyphen are taken as they are.
     *
     * @throws IllegalArgumentException when it is not Punycode
     */
    static String decode(String encoded) {
        int delimiter = encoded.lastIndexOf('-');
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < delimiter; i++) {
            if (encoded.charAt(i) >= INITIAL_N) {
                throw new IllegalArgumentException("not ASCII");
            }
            out.append(encoded.charAt(i));
        }
        int n = INITIAL_N;
        int bias = INITIAL_BIAS;
        int position = 0;
        int length = out.length();
        for (int in = delimiter > 0 ? delimiter + 1 : 0; in < encoded.length(); ) {
            int before = position;
            int weight = 1;
            for (int k = BASE; ; k += BASE) {
                if (in >= encoded.length()) {
                    throw new IllegalArgumentException("cut short");
                }
                int digit = digit(encoded.charAt(in++));
                position = exact(position + (long) digit * weight);
                int threshold = threshold(k, bias);
                if (digit < threshold) {
                    break;
                }
                weight = exact((long) weight * (BASE - threshold));
            }
            length++;
            bias = adapt(position - before, length, before == 0);
            n = exact(n + (long) (position / length));
            position %= length;
            if (!Character.isValidCodePoint(n) || (n <= 0xFFFF && Character.isSurrogate((char) n))) {
                throw new IllegalArgumentException("no code point");
            }
            out.insert(out.offsetByCodePoints(0, position), Character.toChars(n));
            position++;
        }
        return out.toString();
    }

    private static void appendNumber(StringBuilder out, int number, int bias) {
        int rest = number;
        int k = BASE;
        for (int threshold = threshold(k, bias); rest >= threshold; threshold = threshold(k, bias)) {
            out.append(character(threshold + (rest - threshold) % (BASE - threshold)));
            rest = (rest - threshold) / (BASE - threshold);
            k += BASE;
        }
        out.append(character(rest));
    }

    private static int threshold(int k, int bias) {
        return Math.max(T_MIN, Math.min(T_MAX, k - bias));
    }

    private static int adapt(int delta, int points, boolean first) {
        int rest = first ? delta / DAMP : delta / 2;
        rest += rest / points;
        int k = 0;
        while (rest > (BASE - T_MIN) * T_MAX / 2) {
            rest /= BASE - T_MIN;
            k += BASE;
        }
        return k + (BASE - T_MIN + 1) * rest / (rest + SKEW);
    }

    private static char character(int digit) {
        return (char) (digit < 26 ? 'a' + digit : '0' + digit - 26);
    }

    private static int digit(char c) {
        if (c >= 'a' && c <= 'z') {
            return c - 'a';
        }
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 26;
        }
        throw new IllegalArgumentException("no digit");
    }

    private static int exact(long value) {
        if (value > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("overflow");
        }
        return (int) value;
    }
}
