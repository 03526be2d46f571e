// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads addresses from left to right, each character a bounded number of times. A cursor: not thread-safe, used once.
 * Messages give positions and code points, never the text, because a local part is personal data.
 */
final class AddressParser {
    static final String FIELD = "address";
    /** Longest input of a bare address; far above what fits, so that the exact limits name themselves. */
    static final int MAX_ADDR_SPEC_INPUT = 1_000;
    /** Longest input of one mailbox. */
    static final int MAX_MAILBOX_INPUT = 10_000;
    /** Longest input of a list. */
    static final int MAX_LIST_INPUT = 1_000_000;

    /** What atext has besides letters and digits (RFC 5322 §3.2.3). */
    private static final String ATEXT_SYMBOLS = "!#$%&'*+-/=?^_`{|}~";
    /** What separates parts of an address and therefore must not come into being by normalization. */
    private static final String SPECIALS = "()<>[]:;@\\,\"";

    private final String in;
    private int at;
    private int end;

    private AddressParser(String in, int maxInput) {
        if (in.length() > maxInput) {
            throw problem("has " + in.length() + " characters, allowed are " + maxInput);
        }
        Lines.requireSingle(FIELD, "the text", in);
        this.in = in;
        this.end = in.length();
    }

    static Address addrSpec(@Nullable String name, String text) {
        AddressParser parser = new AddressParser(text, MAX_ADDR_SPEC_INPUT);
        Address address = parser.addrSpec(checkedName(name));
        parser.requireEnd();
        return address;
    }

    static Address mailbox(String text) {
        AddressParser parser = new AddressParser(text, MAX_MAILBOX_INPUT);
        parser.trim();
        Address address = parser.mailbox();
        parser.requireEnd();
        return address;
    }

    static List<Address> mailboxes(String text) {
        AddressParser parser = new AddressParser(text, MAX_LIST_INPUT);
        parser.trim();
        List<Address> all = new ArrayList<>();
        while (true) {
            parser.skipBlanks();
            all.add(parser.mailbox());
            parser.skipBlanks();
            if (parser.at == parser.end) {
                return List.copyOf(all);
            }
            if (parser.in.charAt(parser.at) != ',') {
                throw parser.unexpected("after a mailbox");
            }
            parser.at++;
        }
    }

    /** {@code [phrase] "<" addr-spec ">" / addr-spec} (RFC 5322 §3.4) without comments. */
    private Address mailbox() {
        if (at == end || in.charAt(at) == ',') {
            throw problem("there is no mailbox at " + at);
        }
        int start = at;
        if (in.charAt(at) == '"') {
            quoted(true);
        } else {
            skipAtoms();
        }
        if (at < end && in.charAt(at) == '@') {
            at = start;
            return addrSpec(null);
        }
        at = start;
        String name = checkedName(phrase());
        at++;
        Address address = addrSpec(name);
        if (at == end || in.charAt(at) != '>') {
            throw at == end ? problem("the '<' is not closed by '>'") : unexpected("before the '>'");
        }
        at++;
        return address;
    }

    /** Words up to the {@code <}; unquoted dots are read because every parser must (RFC 5322 §4.1). */
    private @Nullable String phrase() {
        StringBuilder name = new StringBuilder();
        boolean gap = false;
        while (at < end && in.charAt(at) != '<') {
            int start = at;
            skipBlanks();
            if (at > start) {
                gap = true;
                continue;
            }
            String word;
            if (in.charAt(at) == '"') {
                word = quoted(true);
            } else {
                skipAtoms();
                word = in.substring(start, at);
                if (word.isEmpty()) {
                    throw unexpected("in a name; a name with specials, or a local part with blanks, needs quotes");
                }
            }
            if (gap && name.length() > 0) {
                name.append(' ');
            }
            gap = false;
            name.append(word);
        }
        if (at == end) {
            throw problem("there is no '@'");
        }
        return name.toString();
    }

    private Address addrSpec(@Nullable String name) {
        String local = localPart();
        at++;
        int start = at;
        String given = in.substring(start, domainEnd());
        if (given.isEmpty()) {
            throw at < end ? unexpected("where the domain starts") : problem("the domain is empty");
        }
        String domain = given.startsWith("[") ? literal(given) : domain(given);
        int octets = octets(local) + 1 + domain.length();
        if (octets > Address.MAX_SPEC) {
            throw problem("has " + octets + " octets, allowed are " + Address.MAX_SPEC + " (RFC 5321 §4.5.3.1.3)");
        }
        return new Address(name, local, domain, given);
    }

    private String localPart() {
        int start = at;
        String content;
        if (at < end && in.charAt(at) == '"') {
            content = quoted(false);
        } else {
            skipDotString();
            content = in.substring(start, at);
        }
        if (at == end) {
            throw problem("there is no '@'");
        }
        if (in.charAt(at) != '@') {
            throw unexpected("in the local part");
        }
        String local = in.substring(start, at);
        int octets = octets(local);
        if (octets == 0 || octets > Address.MAX_LOCAL_PART) {
            throw problem("the local part has " + octets + " octets, allowed are 1 to " + Address.MAX_LOCAL_PART
                    + " (RFC 5321 §4.5.3.1.1)");
        }
        requirePlainReading(content);
        return local;
    }

    /** Dot-string (RFC 5321 §4.1.2): atoms with single dots between them. */
    private void skipDotString() {
        int start = at;
        while (at < end) {
            int cp = in.codePointAt(at);
            if (cp == '.') {
                if (at == start || in.charAt(at - 1) == '.') {
                    throw problem(at == start ? "the local part starts with a dot" : "two dots in a row at " + at);
                }
            } else if (!isAtext(cp)) {
                break;
            }
            at += Character.charCount(cp);
        }
        if (at > start && at < end && in.charAt(at) == '@' && in.charAt(at - 1) == '.') {
            throw problem("the local part ends with a dot");
        }
    }

    /**
     * Refuses what another program may read as something else: an encoded word, which some servers decode to a different
     * address; a leading combining mark, which joins the character before it; a character that normalization turns into a
     * separator, such as the full-width {@code @}.
     */
    private static void requirePlainReading(String content) {
        int word = content.indexOf("=?");
        if (word >= 0 && content.indexOf("?=", word + 2) >= 0) {
            throw problem("the local part holds an encoded word (RFC 2047), which has no meaning there");
        }
        if (Lines.isAscii(content)) {
            return;
        }
        if (Punycode.isMark(content.codePointAt(0))) {
            throw problem("the local part starts with a combining mark");
        }
        if (specials(Normalizer.normalize(content, Normalizer.Form.NFKC)) != specials(content)) {
            throw problem("the local part holds a character that stands for one of " + SPECIALS);
        }
    }

    /**
     * Reads a quoted string and returns its content without escapes. In a local part a backslash goes with printable ASCII
     * only (RFC 5321 §4.1.2, RFC 6531 §3.3); in a name with everything but controls (RFC 6532 §3.2).
     */
    private String quoted(boolean inName) {
        int start = at++;
        StringBuilder content = new StringBuilder();
        while (at < end && in.charAt(at) != '"') {
            boolean escape = in.charAt(at) == '\\';
            if (escape && ++at == end) {
                break;
            }
            int cp = in.codePointAt(at);
            boolean fits =
                    inName ? !isControl(cp) : cp < 128 ? cp >= ' ' && cp < 127 : !escape && !Punycode.isInvisible(cp);
            if (!fits) {
                throw unexpected("in a quoted string");
            }
            content.appendCodePoint(cp);
            at += Character.charCount(cp);
        }
        if (at >= end) {
            throw problem("the quoted string that starts at " + start + " is not closed");
        }
        at++;
        return content.toString();
    }

    /** Up to what ends a domain in any of the places where one may stand. */
    private int domainEnd() {
        if (at < end && in.charAt(at) == '[') {
            int close = in.indexOf(']', at);
            if (close < 0 || close >= end) {
                throw problem("the address literal that starts at " + at + " is not closed");
            }
            at = close + 1;
            return at;
        }
        while (at < end && in.charAt(at) > ' ' && in.charAt(at) != 127 && SPECIALS.indexOf(in.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    private static String domain(String given) {
        // what fits has at most 255 characters; decomposed and outside the basic plane it may be longer, but not
        // endless
        if (given.length() > MAX_ADDR_SPEC_INPUT) {
            throw problem(
                    "the domain has " + given.length() + " characters, allowed are " + Address.MAX_DOMAIN + " octets");
        }
        String mapped = Punycode.map(given);
        if (mapped.codePointCount(0, mapped.length()) > Address.MAX_DOMAIN) {
            throw problem("the domain has more than " + Address.MAX_DOMAIN + " octets (RFC 5321 §4.5.3.1.2)");
        }
        StringBuilder ascii = new StringBuilder();
        int number = 1;
        for (int start = 0; start <= mapped.length(); number++) {
            int dot = mapped.indexOf('.', start);
            int stop = dot < 0 ? mapped.length() : dot;
            try {
                ascii.append(start == 0 ? "" : ".").append(Punycode.toAscii(mapped.substring(start, stop)));
            } catch (IllegalArgumentException e) {
                throw problem("label " + number + " of the domain " + e.getMessage());
            }
            start = stop + 1;
        }
        if (ascii.length() > Address.MAX_DOMAIN) {
            throw problem("the domain has " + ascii.length() + " octets, allowed are " + Address.MAX_DOMAIN
                    + " (RFC 5321 §4.5.3.1.2)");
        }
        return ascii.toString();
    }

    /** Address-literal (RFC 5321 §4.1.3); no tag but IPv6 is registered, so no general literal is taken. */
    private static String literal(String given) {
        String inner = given.substring(1, given.length() - 1);
        boolean six = inner.regionMatches(true, 0, "IPv6:", 0, 5);
        if (inner.length() > 64 || !(six ? isIpv6(inner.substring(5)) : isIpv4(inner))) {
            throw problem("the address literal is neither [IPv4] nor [IPv6:address] (RFC 5321 §4.1.3)");
        }
        return given;
    }

    /** Four decimal numbers; a leading zero is refused because some programs read it as octal. */
    private static boolean isIpv4(String text) {
        int numbers = 0;
        for (int start = 0; start <= text.length(); numbers++) {
            int stop = endOf(text, '.', start);
            int value = 0;
            for (int i = start; i < stop; i++) {
                int digit = text.charAt(i) - '0';
                if (digit < 0 || digit > 9 || (i > start && value == 0)) {
                    return false;
                }
                value = value * 10 + digit;
                if (value > 255) {
                    return false;
                }
            }
            if (stop == start) {
                return false;
            }
            start = stop + 1;
        }
        return numbers == 4;
    }

    /** Eight groups, or at most six beside one {@code ::}, which stands for two or more (RFC 5321 §4.1.3). */
    private static boolean isIpv6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            return groups(text, true) == 8;
        }
        int left = gap == 0 ? 0 : groups(text.substring(0, gap), false);
        int right = gap + 2 == text.length() ? 0 : groups(text.substring(gap + 2), true);
        return left >= 0 && right >= 0 && left + right <= 6;
    }

    /** Number of 16-bit groups, a final IPv4 address counting two; -1 when one is malformed. */
    private static int groups(String text, boolean mayEndInIpv4) {
        int count = 0;
        for (int start = 0; start <= text.length(); ) {
            int stop = endOf(text, ':', start);
            String group = text.substring(start, stop);
            if (mayEndInIpv4 && stop == text.length() && group.indexOf('.') >= 0) {
                return isIpv4(group) ? count + 2 : -1;
            }
            if (group.isEmpty() || group.length() > 4 || !group.chars().allMatch(AddressParser::isHex)) {
                return -1;
            }
            count++;
            start = stop + 1;
        }
        return count;
    }

    private static int endOf(String text, char separator, int start) {
        int found = text.indexOf(separator, start);
        return found < 0 ? text.length() : found;
    }

    private static boolean isHex(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    /** A run of atoms, dots and, for names, anything that is not ASCII; what is wrong in it is found later. */
    private void skipAtoms() {
        while (at < end) {
            int cp = in.codePointAt(at);
            if (cp != '.' && !isAtext(cp) && (cp < 128 || isControl(cp))) {
                return;
            }
            at += Character.charCount(cp);
        }
    }

    /** Outer blanks are spaces alone: a tab is a control character and never passes. */
    private void trim() {
        skipBlanks();
        while (end > at && in.charAt(end - 1) == ' ') {
            end--;
        }
        if (at == end) {
            throw problem("is empty");
        }
    }

    private void skipBlanks() {
        while (at < end && in.charAt(at) == ' ') {
            at++;
        }
    }

    private void requireEnd() {
        if (at < end) {
            throw unexpected("after the address");
        }
    }

    private InvalidEmailException unexpected(String where) {
        int cp = in.codePointAt(at);
        String hint = switch (cp) {
            case '@' -> "; an address has one '@' outside quotes";
            case '(', ')' -> "; comments are not supported";
            case ':', ';' -> "; groups and source routes are not supported";
            case ',' -> "; a list has one mailbox between commas";
            case ' ' -> "; blanks belong into a quoted local part only";
            default -> "";
        };
        return problem("holds " + Punycode.shown(cp) + " at " + at + " " + where + hint);
    }

    private static InvalidEmailException problem(String problem) {
        return new InvalidEmailException(FIELD, problem);
    }

    private static @Nullable String checkedName(@Nullable String name) {
        if (name == null) {
            return null;
        }
        if (name.length() > Address.MAX_NAME) {
            throw problem("the display name has " + name.length() + " characters, allowed are " + Address.MAX_NAME);
        }
        Lines.requireSingle(FIELD, "the display name", name);
        for (int i = 0; i < name.length(); i++) {
            if (isControl(name.charAt(i))) {
                throw problem(
                        "the display name holds the control character " + Punycode.shown(name.charAt(i)) + " at " + i);
            }
        }
        return name.isBlank() ? null : name;
    }

    /** Controls and what Unicode counts as a line end. */
    private static boolean isControl(int cp) {
        int type = Character.getType(cp);
        return type == Character.CONTROL || type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR;
    }

    private static boolean isAtext(int cp) {
        if (cp >= 128) {
            return !Punycode.isInvisible(cp);
        }
        return (cp >= 'a' && cp <= 'z')
                || (cp >= 'A' && cp <= 'Z')
                || (cp >= '0' && cp <= '9')
                || ATEXT_SYMBOLS.indexOf(cp) >= 0;
    }

    private static long specials(String text) {
        return text.chars().filter(c -> SPECIALS.indexOf(c) >= 0).count();
    }

    private static int octets(String text) {
        return Lines.isAscii(text) ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
    }

    static String lookUpForm(String localPart, String domain) {
        if (Lines.isAscii(localPart)) {
            return (withoutNeedlessQuotes(localPart) + '@' + domain).toLowerCase(Locale.ROOT);
        }
        String composed = Normalizer.normalize(withoutNeedlessQuotes(localPart), Normalizer.Form.NFC);
        String lower = Normalizer.normalize(composed.toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
        return lower + '@' + domain.toLowerCase(Locale.ROOT);
    }

    /** The one form of the many that a quoted local part may have (RFC 5321 §4.1.2); expects a checked local part. */
    static String withoutNeedlessQuotes(String localPart) {
        if (localPart.charAt(0) != '"') {
            return localPart;
        }
        StringBuilder content = new StringBuilder();
        for (int i = 1; i < localPart.length() - 1; i++) {
            i += localPart.charAt(i) == '\\' ? 1 : 0;
            content.append(localPart.charAt(i));
        }
        String text = content.toString();
        boolean dotString = !text.isEmpty()
                && text.codePoints().allMatch(c -> c == '.' || isAtext(c))
                && !text.startsWith(".")
                && !text.endsWith(".")
                && !text.contains("..");
        return dotString ? text : quotedString(text);
    }

    /** The name as it stands before an angle bracket. */
    static String quotedIfNeeded(String name) {
        boolean plain = name.codePoints().allMatch(c -> c == ' ' || c >= 128 || isAtext(c))
                && !name.startsWith(" ")
                && !name.endsWith(" ")
                && !name.contains("  ")
                && !name.contains("=?");
        return plain ? name : quotedString(name);
    }

    private static String quotedString(String content) {
        return '"' + content.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
