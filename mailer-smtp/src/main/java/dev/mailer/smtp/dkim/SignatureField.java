// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A DKIM-Signature field, read and checked by itself (RFC 6376 §3.5, §6.1.1). Immutable. */
final class SignatureField {
    /** A name of at most 253 characters, labels of letters, digits, hyphens and underscores. */
    private static final Pattern NAME =
            Pattern.compile("(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(?:\\.[A-Za-z0-9_-]{1,63}){0,126}");

    private static final Pattern ALGORITHM = Pattern.compile("[a-z0-9-]{1,64}");

    private final HeaderField field;
    private final TagList tags;
    private final String algorithmTag;
    private final String domain;
    private final String selector;
    private final String identity;
    private final List<String> fields;
    private final byte[] bodyHash;
    private final byte[] signature;
    private final Canonicalization headerForm;
    private final Canonicalization bodyForm;
    private final @Nullable Long bodyLength;
    private final @Nullable Long signedAt;
    private final @Nullable Long expiresAt;

    private SignatureField(HeaderField field, TagList tags) throws VerificationException {
        this.field = field;
        this.tags = tags;
        String version = required("v");
        if (!version.equals("1")) {
            throw malformed("v= is not 1");
        }
        this.algorithmTag = required("a").toLowerCase(Locale.ROOT);
        if (!ALGORITHM.matcher(algorithmTag).matches()) {
            throw malformed("a= is no name of an algorithm");
        }
        this.domain = name("d").toLowerCase(Locale.ROOT);
        this.selector = name("s");
        this.identity = Objects.requireNonNullElse(tags.find("i"), "@" + domain);
        this.fields = names(required("h"));
        this.bodyHash = base64("bh");
        this.signature = base64("b");
        String form = Objects.requireNonNullElse(tags.find("c"), "simple").toLowerCase(Locale.ROOT);
        int slash = form.indexOf('/');
        this.headerForm = form(slash < 0 ? form : form.substring(0, slash));
        this.bodyForm = slash < 0 ? Canonicalization.SIMPLE : form(form.substring(slash + 1));
        this.bodyLength = number("l");
        this.signedAt = number("t");
        this.expiresAt = number("x");
        check();
    }

    /** @throws VerificationException it is malformed, or of a kind that is not accepted */
    static SignatureField parse(HeaderField field) throws VerificationException {
        TagList tags;
        try {
            tags = TagList.parse(field.value());
        } catch (IllegalArgumentException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
        return new SignatureField(field, tags);
    }

    private void check() throws VerificationException {
        if (!fields.contains("from")) {
            throw new VerificationException(DkimStatus.PERMERROR, "From is not signed");
        }
        if (!identity.chars().allMatch(c -> c >= ' ' && c != 0x7f)) {
            throw malformed("i= holds a control character");
        }
        String identityDomain =
                identity.substring(identity.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
        if (identity.indexOf('@') < 0 || !(identityDomain.equals(domain) || identityDomain.endsWith('.' + domain))) {
            throw new VerificationException(DkimStatus.PERMERROR, "i= is not within d=");
        }
        if (signedAt != null && expiresAt != null && expiresAt <= signedAt) {
            throw malformed("x= is not after t=");
        }
        String methods = tags.compact("q");
        if (methods != null
                && Arrays.stream(methods.toLowerCase(Locale.ROOT).split(":", -1))
                        .noneMatch("dns/txt"::equals)) {
            throw malformed("q= has no known way to the key");
        }
    }

    /** The algorithm; null when it is none that is known. */
    @Nullable
    DkimAlgorithm algorithm() {
        for (DkimAlgorithm known : DkimAlgorithm.values()) {
            if (known.tag().equals(algorithmTag)) {
                return known;
            }
        }
        return null;
    }

    String algorithmTag() {
        return algorithmTag;
    }

    String domain() {
        return domain;
    }

    String selector() {
        return selector;
    }

    /** The name of the key's record. */
    String keyName() {
        return selector + "._domainkey." + domain;
    }

    String identity() {
        return identity;
    }

    /** True when the identity's domain is {@code d=} itself and none below it. */
    boolean isIdentityExact() {
        return identity.substring(identity.lastIndexOf('@') + 1).equalsIgnoreCase(domain);
    }

    List<String> fields() {
        return fields;
    }

    byte[] bodyHash() {
        return bodyHash.clone();
    }

    byte[] signature() {
        return signature.clone();
    }

    Canonicalization headerForm() {
        return headerForm;
    }

    Canonicalization bodyForm() {
        return bodyForm;
    }

    @Nullable
    Long bodyLength() {
        return bodyLength;
    }

    @Nullable
    Long signedAt() {
        return signedAt;
    }

    @Nullable
    Long expiresAt() {
        return expiresAt;
    }

    /** What the signature is over: the fields, then this one with an empty {@code b=} and no CRLF (RFC 6376 §3.7). */
    void signedOctets(HeaderBlock header, Octets out) {
        header.select(fields, field, headerForm, out);
        TagList.Tag b = Objects.requireNonNull(tags.place("b"));
        field.without(b.from(), b.to()).canonical(headerForm, out);
    }

    private String required(String tag) throws VerificationException {
        String value = tags.find(tag);
        if (value == null || value.isEmpty()) {
            throw malformed(tag + "= is missing");
        }
        return value;
    }

    private String name(String tag) throws VerificationException {
        String value = required(tag);
        if (!NAME.matcher(value).matches()) {
            throw malformed(tag + "= is no name");
        }
        return value;
    }

    private static List<String> names(String list) {
        return Arrays.stream(list.split(":", -1))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .toList();
    }

    private byte[] base64(String tag) throws VerificationException {
        var unused = required(tag);
        try {
            return Base64.getDecoder().decode(Objects.requireNonNull(tags.compact(tag)));
        } catch (IllegalArgumentException e) {
            throw malformed(tag + "= is no base64");
        }
    }

    private static Canonicalization form(String name) throws VerificationException {
        return switch (name.strip()) {
            case "simple" -> Canonicalization.SIMPLE;
            case "relaxed" -> Canonicalization.RELAXED;
            default -> throw malformed("c= is neither simple nor relaxed");
        };
    }

    /** Up to 18 digits: what is beyond is no time and no length. */
    private @Nullable Long number(String tag) throws VerificationException {
        String value = tags.find(tag);
        if (value == null) {
            return null;
        }
        boolean digits =
                !value.isEmpty() && value.length() <= 18 && value.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits) {
            throw malformed(tag + "= is no number");
        }
        return Long.valueOf(value);
    }

    private static VerificationException malformed(String reason) {
        return new VerificationException(DkimStatus.NEUTRAL, reason);
    }
}
