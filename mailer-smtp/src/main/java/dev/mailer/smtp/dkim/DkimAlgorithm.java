// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import dev.mailer.api.Experimental;

/** How mail is signed. There is no rsa-sha1: RFC 8301 §3.1 forbids to sign with it and to accept it. */
@Experimental
public enum DkimAlgorithm {
    /** RFC 6376 §3.3.2; every receiver knows it. */
    RSA("rsa-sha256", "rsa"),
    /** RFC 8463; short keys and fast signatures, but not every receiver knows it yet, so it goes beside {@link #RSA}. */
    ED25519("ed25519-sha256", "ed25519");

    private final String tag;
    private final String keyType;

    DkimAlgorithm(String tag, String keyType) {
        this.tag = tag;
        this.keyType = keyType;
    }

    /** The value of the tag {@code a=} of a signature. */
    public String tag() {
        return tag;
    }

    /** The value of the tag {@code k=} of a key record. */
    public String keyType() {
        return keyType;
    }
}
