// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One mailbox: an address and, where given, the name of its owner. Immutable and thread-safe.
 *
 * <pre>{@code
 * Address plain = Address.of("jo@example.org");
 * Address named = Address.of("Doe, Jo", "jo@example.org");
 * Address read = Address.parse("Jo Doe <jo@example.org>");
 * }</pre>
 *
 * <p>The syntax is that of SMTP (RFC 5321 §4.1.2) with international local parts (RFC 6531 §3.3) and domains (RFC 5890,
 * mapped by RFC 5895), not the wider one of headers: comments, folding, source routes and every obsolete form are
 * refused, and so are control, format, private-use, unassigned and white-space characters. A domain may be a single label
 * such as {@code localhost}. What is accepted goes on the wire as {@link #spec()}, byte for byte.
 */
public final class Address {
    /** Longest local part in UTF-8 octets (RFC 5321 §4.5.3.1.1). */
    public static final int MAX_LOCAL_PART = 64;
    /** Longest domain in octets (RFC 5321 §4.5.3.1.2). */
    public static final int MAX_DOMAIN = 255;
    /** Longest address in octets: a path of 256 without its angle brackets (RFC 5321 §4.5.3.1.3). */
    public static final int MAX_SPEC = 254;
    /** Longest display name in characters. */
    public static final int MAX_NAME = 320;

    private final @Nullable String name;
    private final String localPart;
    private final String domain;
    private final String unicodeDomain;

    /** For the parser, which has checked every part. */
    Address(@Nullable String name, String localPart, String domain, String unicodeDomain) {
        this.name = name;
        this.localPart = localPart;
        this.domain = domain;
        this.unicodeDomain = unicodeDomain;
    }

    /**
     * A bare address without a name, without angle brackets and without blanks around it.
     *
     * @throws InvalidEmailException for the field {@code address}, with what is wrong and where
     */
    public static Address of(String addrSpec) {
        return of(null, addrSpec);
    }

    /**
     * A bare address and a name, which is taken literally and cannot change the address; null or blank means none.
     *
     * @throws InvalidEmailException for the field {@code address}, with what is wrong and where
     */
    public static Address of(@Nullable String displayName, String addrSpec) {
        return AddressParser.addrSpec(displayName, Objects.requireNonNull(addrSpec, "addrSpec"));
    }

    /**
     * Reads {@code jo@example.org}, {@code <jo@example.org>}, {@code Jo Doe <jo@example.org>} or
     * {@code "Doe, Jo" <jo@example.org>}; blanks around it are dropped.
     *
     * @throws InvalidEmailException for the field {@code address}, with what is wrong and where
     */
    public static Address parse(String mailbox) {
        return AddressParser.mailbox(Objects.requireNonNull(mailbox, "mailbox"));
    }

    /**
     * Reads mailboxes separated by commas, at least one; commas in quotes do not separate. Groups (RFC 5322 §3.4) are
     * refused, and so are empty entries. The list is immutable.
     *
     * @throws InvalidEmailException for the field {@code address}, with what is wrong and where
     */
    public static List<Address> parseList(String mailboxes) {
        return AddressParser.mailboxes(Objects.requireNonNull(mailboxes, "mailboxes"));
    }

    /** The display name without quotes; null when there is none. */
    public @Nullable String name() {
        return name;
    }

    /** The part before the {@code @} as given, with its quotes if it is a quoted string. */
    public String localPart() {
        return localPart;
    }

    /** The domain in lower-case ASCII (A-labels, RFC 5890 §2.3.2.1), or the address literal as given. */
    public String domain() {
        return domain;
    }

    /** The domain as given, for display. */
    public String unicodeDomain() {
        return unicodeDomain;
    }

    /** The address as it goes on the wire: {@link #localPart()}, {@code @}, {@link #domain()}. */
    public String spec() {
        return localPart + '@' + domain;
    }

    /** True when the local part is not ASCII, so that every server on the way must offer SMTPUTF8 (RFC 6531 §3.1). */
    public boolean needsSmtpUtf8() {
        return !Lines.isAscii(localPart);
    }

    /**
     * A key to look the mailbox up by, such as in a suppression list: the local part without needless quotes, in NFC and
     * lower case, {@code @} and the domain. Two mailboxes that a server tells apart by case share a key, so it is not an
     * address to send to.
     */
    public String key() {
        return AddressParser.lookUpForm(localPart, domain);
    }

    /**
     * True when both reach the same mailbox, whatever the names: the local parts are the same case by case but for needless
     * quotes (RFC 5321 §4.1.2), and so are the domains.
     */
    public boolean sameMailbox(Address other) {
        return domain.equalsIgnoreCase(other.domain)
                && AddressParser.withoutNeedlessQuotes(localPart)
                        .equals(AddressParser.withoutNeedlessQuotes(other.localPart));
    }

    /** Equal name, local part (case counts) and domain; see {@link #sameMailbox} for the mailbox alone. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Address that
                && localPart.equals(that.localPart)
                && domain.equals(that.domain)
                && Objects.equals(name, that.name);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, localPart, domain);
    }

    /** The form that {@link #parse} reads: {@code Jo <jo@example.org>}, the name in quotes where it must be. Personal data. */
    @Override
    public String toString() {
        return name == null ? spec() : AddressParser.quotedIfNeeded(name) + " <" + spec() + '>';
    }
}
