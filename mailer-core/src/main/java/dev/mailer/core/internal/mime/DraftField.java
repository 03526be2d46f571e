// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.Address;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A header field of a draft: text, mailboxes, or a field of a raw message that nobody touched. Immutable. */
final class DraftField {
    private static final Set<String> ADDRESSES = Set.of(
            "from",
            "sender",
            "reply-to",
            "to",
            "cc",
            "resent-from",
            "resent-sender",
            "resent-reply-to",
            "resent-to",
            "resent-cc",
            "disposition-notification-to",
            "return-receipt-to",
            "errors-to");
    private static final Set<String> PARAMETERS = Set.of("content-type", "content-disposition");

    private final String name;
    private final @Nullable String text;
    private final @Nullable List<Address> mailboxes;
    private final @Nullable RawMail raw;
    private final RawMail.@Nullable Field field;

    private DraftField(
            String name,
            @Nullable String text,
            @Nullable List<Address> mailboxes,
            @Nullable RawMail raw,
            RawMail.@Nullable Field field) {
        this.name = name;
        this.text = text;
        this.mailboxes = mailboxes;
        this.raw = raw;
        this.field = field;
    }

    static DraftField text(String name, String value) {
        return new DraftField(name, value, null, null, null);
    }

    static DraftField mailboxes(String name, List<Address> mailboxes) {
        return new DraftField(name, null, List.copyOf(mailboxes), null, null);
    }

    static DraftField untouched(RawMail raw, RawMail.Field field) {
        return new DraftField(field.name(), null, null, raw, field);
    }

    String name() {
        return name;
    }

    String value() {
        if (text != null) {
            return text;
        }
        if (mailboxes != null) {
            return mailboxes.stream().map(Address::toString).collect(Collectors.joining(", "));
        }
        return raw != null && field != null ? raw.value(field) : "";
    }

    /** True when a local part is not ASCII; of a field as it was given, the {@linkplain #asciiWire ASCII form} tells. */
    boolean needsSmtpUtf8() {
        if (mailboxes != null) {
            return mailboxes.stream().anyMatch(Address::needsSmtpUtf8);
        }
        if (text == null || HeaderWords.isPlain(text) || !isAmong(ADDRESSES)) {
            return false;
        }
        byte[] wire = wire();
        return !ByteScan.isAscii(wire, 0, wire.length);
    }

    /** True when it describes the content and not the mail (RFC 2045 §3). */
    boolean isOfContent() {
        return name.regionMatches(true, 0, "Content-", 0, 8);
    }

    /** True when an untouched field holds bytes that are not ASCII, which only a hop with SMTPUTF8 takes. */
    boolean isEightBit() {
        return raw != null && field != null && !ByteScan.isAscii(raw.bytes(), field.start(), field.end());
    }

    /**
     * The field as it goes on a wire without SMTPUTF8: what is not ASCII is encoded, in a way that leaves addresses and parameters
     * readable. ASCII but for local parts that are not.
     */
    byte[] asciiWire() {
        if (!isEightBit()) {
            return wire();
        }
        StringBuilder out = new StringBuilder(128);
        String value = value();
        String parameters = isAmong(PARAMETERS) ? FileNames.inAscii(value) : null;
        if (parameters != null) {
            out.append(name).append(": ").append(parameters).append("\r\n");
        } else {
            HeaderEncoder.pieces(out, name, isAmong(ADDRESSES) ? AddressWords.of(value) : HeaderWords.ofRaw(value));
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The field as it goes on the wire, ending in CRLF */
    byte[] wire() {
        if (raw != null && field != null) {
            return Arrays.copyOfRange(raw.bytes(), field.start(), field.end());
        }
        StringBuilder out = new StringBuilder(128);
        if (mailboxes != null) {
            HeaderEncoder.mailboxes(out, name, mailboxes);
        } else if (isAmong(ADDRESSES) && !HeaderWords.isPlain(value())) {
            HeaderEncoder.pieces(out, name, AddressWords.of(value()));
        } else {
            HeaderEncoder.text(out, name, value());
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private boolean isAmong(Set<String> names) {
        return names.contains(name.toLowerCase(Locale.ROOT));
    }
}
