// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a domain publishes for a selector (RFC 6376 §3.6.1). Immutable. */
final class KeyRecord {
    private final DkimAlgorithm algorithm;
    private final PublicKey key;
    private final List<String> flags;

    private KeyRecord(DkimAlgorithm algorithm, PublicKey key, List<String> flags) {
        this.algorithm = algorithm;
        this.key = key;
        this.flags = flags;
    }

    /** @throws VerificationException the record is malformed, its key is revoked, or not for this */
    static KeyRecord parse(String text) throws VerificationException {
        try {
            return read(text);
        } catch (IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    private static KeyRecord read(String text) throws VerificationException {
        TagList tags = TagList.parse(text);
        String version = tags.find("v");
        if (version != null && !version.equals("DKIM1")) {
            throw refused("v= is not DKIM1");
        }
        if (!list(tags, "h", "sha256").contains("sha256")) {
            throw refused("h= does not allow sha256");
        }
        List<String> services = list(tags, "s", "*");
        if (!services.contains("*") && !services.contains("email")) {
            throw refused("s= does not allow mail");
        }
        String p = tags.compact("p");
        if (p == null) {
            throw refused("p= is missing");
        }
        if (p.isEmpty()) {
            throw refused("the key is revoked");
        }
        DkimAlgorithm algorithm = algorithm(Objects.requireNonNullElse(tags.find("k"), "rsa"));
        byte[] octets = octets(p);
        PublicKey key =
                algorithm == DkimAlgorithm.RSA ? KeyFormats.rsaPublicKey(octets) : KeyFormats.ed25519PublicKey(octets);
        return new KeyRecord(algorithm, key, list(tags, "t", ""));
    }

    private static byte[] octets(String p) {
        try {
            return Base64.getDecoder().decode(p);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("p= is no base64", e);
        }
    }

    private static DkimAlgorithm algorithm(String keyType) throws VerificationException {
        for (DkimAlgorithm known : DkimAlgorithm.values()) {
            if (known.keyType().equals(keyType.toLowerCase(Locale.ROOT))) {
                return known;
            }
        }
        throw refused("k= is no known kind of key");
    }

    private static List<String> list(TagList tags, String name, String otherwise) {
        @Nullable String value = tags.compact(name);
        return Arrays.asList(Objects.requireNonNullElse(value, otherwise)
                .toLowerCase(Locale.ROOT)
                .split(":", -1));
    }

    DkimAlgorithm algorithm() {
        return algorithm;
    }

    PublicKey key() {
        return key;
    }

    int bits() {
        return key instanceof RSAPublicKey rsa ? rsa.getModulus().bitLength() : 256;
    }

    /** The flag {@code y}: the domain tries DKIM out. */
    boolean isTesting() {
        return flags.contains("y");
    }

    /** The flag {@code s}: the identity's domain must be the signing one. */
    boolean isStrict() {
        return flags.contains("s");
    }

    private static VerificationException refused(String reason) {
        return new VerificationException(DkimStatus.PERMERROR, "key record: " + reason);
    }
}
