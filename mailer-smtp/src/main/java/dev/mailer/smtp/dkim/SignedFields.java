// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The header fields that a signature covers. Each name is listed once more than the header has it, so that another field of the
 * name breaks the signature (RFC 6376 §8.15).
 */
final class SignedFields {
    /** Signed in any case: where the header has none, none can be added. */
    private static final List<String> ALWAYS = List.of(
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "MIME-Version",
            "Content-Type",
            "List-Unsubscribe",
            "List-Unsubscribe-Post");

    /**
     * Signed where the header has them; where it has not, a list may add them on the way (RFC 6376 §5.4.1), the fields of lists
     * (RFC 2369, RFC 2919) above all.
     */
    private static final List<String> WHERE_PRESENT = List.of(
            "Sender",
            "Reply-To",
            "Cc",
            "In-Reply-To",
            "References",
            "Content-Transfer-Encoding",
            "Content-Disposition",
            "Content-Description",
            "Content-Language",
            "Content-ID",
            "Auto-Submitted",
            "Importance",
            "Priority",
            "Sensitivity",
            "Keywords",
            "Comments",
            "Disposition-Notification-To",
            "Feedback-ID",
            "List-Id",
            "List-Help",
            "List-Subscribe",
            "List-Post",
            "List-Owner",
            "List-Archive",
            "Resent-Date",
            "Resent-From",
            "Resent-Sender",
            "Resent-To",
            "Resent-Cc",
            "Resent-Message-ID");

    private final List<String> names;
    private final byte[] canonical;

    private SignedFields(List<String> names, byte[] canonical) {
        this.names = names;
        this.canonical = canonical;
    }

    static SignedFields of(HeaderBlock header) {
        List<String> names = new ArrayList<>();
        for (String name : ALWAYS) {
            add(names, name, 1 + header.count(name.toLowerCase(Locale.ROOT)));
        }
        for (String name : WHERE_PRESENT) {
            int count = header.count(name.toLowerCase(Locale.ROOT));
            add(names, name, count == 0 ? 0 : 1 + count);
        }
        List<String> lower =
                names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
        ByteArrayOutputStream canonical = new ByteArrayOutputStream(2048);
        header.select(lower, null, Canonicalization.RELAXED, canonical::write);
        return new SignedFields(List.copyOf(names), canonical.toByteArray());
    }

    private static void add(List<String> names, String name, int times) {
        for (int i = 0; i < times; i++) {
            names.add(name);
        }
    }

    /** The list of the tag {@code h=}. */
    List<String> names() {
        return names;
    }

    /** The fields in the order of the names, in relaxed form. */
    byte[] canonical() {
        return canonical;
    }
}
