// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Address;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a server that knows DSN (RFC 3461) is asked to tell the sender, and how the notices name the mail and its recipients.
 *
 * @param when the events, as NOTIFY has them; empty when the server is left to its own ways
 * @param returned what of the mail comes back with a notice of failure; null when that is left to the server, and nothing is asked of it
 */
record DeliveryNotices(String when, @Nullable Returned returned) {
    private static final List<String> EVENTS = List.of("success", "failure", "delay");

    /** What comes back (RFC 3461 §4.3). */
    enum Returned {
        HEADERS("HDRS"),
        FULL("FULL");

        private final String word;

        Returned(String word) {
            this.word = word;
        }
    }

    /**
     * Reads the options {@code dsn}, which is {@code never} or some of {@code success,failure,delay}, and {@code dsnReturn}, {@code headers} or
     * {@code full}.
     */
    static DeliveryNotices of(OptionReader options) {
        String when = when(options);
        boolean isSaid = !when.isEmpty() || !options.text("dsnReturn", "").isEmpty();
        Returned returned = options.choice("dsnReturn", Returned.values(), Returned.HEADERS);
        return new DeliveryNotices(when, isSaid ? returned : null);
    }

    private static String when(OptionReader options) {
        String text = options.text("dsn", "").toLowerCase(Locale.ROOT);
        if (text.isEmpty() || text.equals("never")) {
            return text.toUpperCase(Locale.ROOT);
        }
        List<String> events = Arrays.asList(text.split(",", -1));
        if (!EVENTS.containsAll(events) || events.stream().distinct().count() != events.size()) {
            throw options.error("dsn", text, "never, or some of success,failure,delay");
        }
        return text.toUpperCase(Locale.ROOT);
    }

    boolean areAsked() {
        return returned != null;
    }

    /** Behind MAIL (RFC 3461 §4.3, §4.4): what comes back, under our id. */
    String ofMail(String messageId) {
        return (returned == null ? "" : " RET=" + returned.word) + " ENVID=" + xtext(messageId);
    }

    /** Behind RCPT (RFC 3461 §4.1, §4.2). */
    String ofRecipient(Address recipient) {
        String original = recipient.needsSmtpUtf8() ? "" : " ORCPT=rfc822;" + xtext(recipient.spec());
        return (when.isEmpty() ? "" : " NOTIFY=" + when) + original;
    }

    /** RFC 3461 §4. */
    private static String xtext(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b > ' ' && b < 0x7f && b != '+' && b != '=';
            out.append(plain ? String.valueOf((char) b) : String.format(Locale.ROOT, "+%02X", b & 0xff));
        }
        return out.toString();
    }
}
