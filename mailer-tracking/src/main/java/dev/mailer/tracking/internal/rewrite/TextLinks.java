// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.internal.rewrite;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts other addresses in place of those in a plain text. A pure function of its arguments. */
public final class TextLinks {
    /** Up to a blank or what delimits addresses in text (RFC 3986 appendix C). */
    private static final Pattern LINK = Pattern.compile("(?<![A-Za-z0-9])[Hh][Tt][Tt][Pp][Ss]?://[^\\s<>\"]++");

    private static final String PUNCTUATION = ".,;:!?'*_";

    private TextLinks() {}

    /** Most characters behind a link that are taken for punctuation. */
    private static final int MOST_BEHIND = 16;

    /**
     * The text with other addresses.
     *
     * @param links gets each address without the punctuation of the sentence behind it
     */
    public static String rewrite(String text, HtmlLinks.Rewriting links) {
        Matcher found = LINK.matcher(text);
        StringBuilder out = new StringBuilder(text.length());
        int copied = 0;
        while (found.find()) {
            int end = end(text, found.start(), found.end());
            String other = links.apply(text.substring(found.start(), end));
            if (other != null) {
                out.append(text, copied, found.start()).append(other);
                copied = end;
            }
        }
        return out.append(text, copied, text.length()).toString();
    }

    private static int end(String text, int start, int behind) {
        int end = behind;
        if (behind - start > WebUrl.MAX_LENGTH + MOST_BEHIND) {
            return behind;
        }
        int least = Math.max(start, behind - MOST_BEHIND);
        while (end > least) {
            char last = text.charAt(end - 1);
            String link = text.substring(start, end);
            boolean bracket =
                    last == ')' && isOpenedBefore(link, '(', ')') || last == ']' && isOpenedBefore(link, '[', ']');
            if (!bracket && PUNCTUATION.indexOf(last) < 0) {
                return end;
            }
            end--;
        }
        return end;
    }

    /** True where the last bracket closes one that is outside of the link. */
    private static boolean isOpenedBefore(String link, char opening, char closing) {
        return link.chars().filter(c -> c == closing).count()
                > link.chars().filter(c -> c == opening).count();
    }
}
