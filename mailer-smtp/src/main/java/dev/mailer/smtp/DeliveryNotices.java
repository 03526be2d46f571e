// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Address;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a server that knows DSN (RFC 3461) is asked to tell the sender, and how the notices name the mail and its recipients.
 *
 * @param when the events, as NOTIFY has them; empty when the server is left to its own ways
 */
record DeliveryNotices(String when) {
    private static final List<String> EVENTS = List.of("success", "failure", "delay");

    /** Reads option {@code dsn}: {@code never}, or some of {@code success,failure,delay}. */
    static DeliveryNotices of(OptionReader options) {
        String text = options.text("dsn", "").toLowerCase(Locale.ROOT);
        if (text.isEmpty() || text.equals("never")) {
            return new DeliveryNotices(text.toUpperCase(Locale.ROOT));
        }
        List<String> events = Arrays.asList(text.split(",", -1));
        if (!EVENTS.containsAll(events) || events.stream().distinct().count() != events.size()) {
            throw options.error("dsn", text, "never, or some of success,failure,delay");
        }
        return new DeliveryNotices(text.toUpperCase(Locale.ROOT));
    }

    boolean areAsked() {
        return !when.isEmpty();
    }

    /** Behind MAIL (RFC 3461 §4.3, §4.4): the header comes back and not the mail, under our id. */
    String ofMail(String messageId) {
        return " RET=HDRS ENVID=" + xtext(messageId);
    }

    /** Behind RCPT (RFC 3461 §4.1, §4.2). */
    String ofRecipient(Address recipient) {
        String original = recipient.needsSmtpUtf8() ? "" : " ORCPT=rfc822;" + xtext(recipient.spec());
        return " NOTIFY=" + when + original;
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
