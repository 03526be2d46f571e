// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import dev.mailer.api.Address;
import dev.mailer.api.InvalidEmailException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The name of a list for mail programs, which sort by it (RFC 2919 §3). */
final class ListId {
    /** With {@code <} and {@code >} (RFC 2919 §2). */
    private static final int MAX = 255;

    /** RFC 5322 §3.2.3, without what belongs around it. */
    private static final String ATEXT = "A-Za-z0-9!#$%&'*+/=?^_`{|}~-";

    private static final Pattern ID = Pattern.compile("[" + ATEXT + "]+(?:\\.[" + ATEXT + "]+)+");
    private static final Pattern PHRASE = Pattern.compile("[ " + ATEXT + "]+");
    /** Something in front of the name, that people read. */
    private static final Pattern TITLED = Pattern.compile("([^<>\"\\\\\\p{Cntrl}]{1,200})<([^<>]+)>");

    private ListId() {}

    /** The value of the field for {@code news.example.com} or {@code Our news <news.example.com>}; null for what is neither. */
    static @Nullable String field(String given) {
        String text = given.strip();
        var titled = TITLED.matcher(text);
        if (titled.matches()) {
            String id = titled.group(2);
            return isId(id) ? phrase(titled.group(1).strip()) + "<" + id + ">" : null;
        }
        return isId(text) ? "<" + text + ">" : null;
    }

    /** The value of the field for a stream without a name of its own: the stream at the domain of From; null where there is none. */
    static @Nullable String ofStream(String stream, @Nullable String from) {
        if (from == null) {
            return null;
        }
        try {
            String label = stream.toLowerCase(Locale.ROOT).replaceAll("^\\.+|\\.+$|\\.(?=\\.)", "");
            String id = label + "." + Address.parseList(from).get(0).domain();
            return isId(id) ? "<" + id + ">" : null;
        } catch (InvalidEmailException e) {
            return null;
        }
    }

    /** In quotes where it must be (RFC 5322 §3.2.5); what is not ASCII is encoded when the field is written. */
    private static String phrase(String title) {
        boolean plain = PHRASE.matcher(title).matches() || title.chars().anyMatch(c -> c > 126);
        return title.isEmpty() ? "" : plain ? title + " " : '"' + title + "\" ";
    }

    private static boolean isId(String id) {
        return id.length() + 2 <= MAX && ID.matcher(id).matches();
    }
}
