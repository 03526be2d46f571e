// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts links where an author wrote <code>{{unsubscribeUrl}}</code> or <code>{{preferencesUrl}}</code>. Blanks within the braces
 * are allowed, and in HTML the braces may be percent-encoded, as some editors do to addresses. Places behind the {@value #MOST}th of a text stay: a
 * link is many times as long, and a mail is not to grow without bound.
 */
final class LinkPlaceholders {
    static final int MOST = 1_000;

    private static final Pattern PLACE = Pattern.compile(
            "\\{\\{\\h{0,8}(unsubscribe|preferences)Url\\h{0,8}}}|(?i:%7B%7B)(unsubscribe|preferences)Url(?i:%7D%7D)");

    private LinkPlaceholders() {}

    static boolean areIn(String text) {
        return PLACE.matcher(text).find();
    }

    static String inText(String text, Supplier<UnsubscribeLinks.Links> links) {
        return replaced(text, links, false);
    }

    static String inHtml(String html, Supplier<UnsubscribeLinks.Links> links) {
        return replaced(html, links, true);
    }

    /** The links are asked for only where there is a place for one. */
    private static String replaced(String text, Supplier<UnsubscribeLinks.Links> links, boolean html) {
        Matcher place = PLACE.matcher(text);
        StringBuilder out = new StringBuilder();
        for (int n = 0; n < MOST && place.find(); n++) {
            String name = place.group(1) == null ? place.group(2) : place.group(1);
            UnsubscribeLinks.Links all = links.get();
            String url = name.equals("unsubscribe") ? all.unsubscribe() : all.preferences();
            place.appendReplacement(out, Matcher.quoteReplacement(html ? PageHtml.escape(url) : url));
        }
        return out.isEmpty() ? text : place.appendTail(out).toString();
    }
}
