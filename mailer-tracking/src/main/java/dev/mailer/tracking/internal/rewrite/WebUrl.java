// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.internal.rewrite;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An absolute address of the web that all programs understand alike: http or https, a host in ASCII, no user, no backslash, no
 * control character. What is none is never rewritten, and never redirected to.
 *
 * @param text as given
 * @param host in lower case, without the port
 */
public record WebUrl(String text, String host) {
    /** Longest address that is rewritten, in characters as a Location header has them: what they cannot hold is three there. */
    public static final int MAX_LENGTH = 4_096;

    /** Scheme, host and port, and nothing that could be taken for part of them (RFC 3986 §3.2). */
    private static final Pattern FRONT = Pattern.compile(
            "[Hh][Tt][Tt][Pp][Ss]?://([A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\\[[0-9A-Fa-f:.]{2,45}])(?::[0-9]{1,5})?(?=[/?#]|$)");

    /** Characters that a header takes as they are. */
    private static final BitSet KEPT = new BitSet();

    static {
        KEPT.set('a', 'z' + 1);
        KEPT.set('A', 'Z' + 1);
        KEPT.set('0', '9' + 1);
        "-._~!$&'()*+,;=:@/?#[]%|^`".chars().forEach(KEPT::set);
    }

    /** Null when it is none. */
    public static @Nullable WebUrl parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return null;
        }
        Matcher front = FRONT.matcher(text);
        if (!front.lookingAt()) {
            return null;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean alone = Character.isSurrogate(c) && !isPaired(text, i);
            if (c < ' ' || c == 0x7f || c == '\\' || alone) {
                return null;
            }
        }
        WebUrl url = new WebUrl(text, front.group(1).toLowerCase(Locale.ROOT));
        return url.forHeader().length() > MAX_LENGTH ? null : url;
    }

    /** True where something is left to be filled in, by us or by whom the mail is handed on to. */
    public boolean isUnfinished() {
        return text.contains("{{")
                || text.contains("}}")
                || text.contains("{%")
                || text.contains("${")
                || text.contains("<%")
                || text.contains("*|")
                || text.contains("%%");
    }

    /** In ASCII and without blanks, as a Location header takes it (RFC 9110 §10.2.2). */
    public String forHeader() {
        if (text.chars().allMatch(KEPT::get)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (KEPT.get(c)) {
                out.append(c);
            } else {
                out.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)));
                out.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return out.toString();
    }

    private static boolean isPaired(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
}
