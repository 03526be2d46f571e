// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import dev.mailer.api.Experimental;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.cms.CMSAlgorithm;

/** How content is encrypted. */
@Experimental
public enum ContentEncryption {
    /** Enveloped-data with AES-128 in CBC mode (RFC 3565): what every reader since S/MIME 3.1 must decrypt (RFC 8551 §2.7). Does not notice changes. */
    AES_128_CBC(16, 16),
    /** Authenticated-enveloped-data with AES-256 in GCM mode (RFC 5083, RFC 5084): notices changes; readers older than S/MIME 4.0 cannot decrypt it. */
    AES_256_GCM(32, 12);

    private final int keyBytes;
    private final int nonceBytes;

    ContentEncryption(int keyBytes, int nonceBytes) {
        this.keyBytes = keyBytes;
        this.nonceBytes = nonceBytes;
    }

    boolean isAuthenticated() {
        return this == AES_256_GCM;
    }

    ASN1ObjectIdentifier content() {
        return isAuthenticated() ? CMSAlgorithm.AES256_GCM : CMSAlgorithm.AES128_CBC;
    }

    /** What wraps the key for a recipient with an elliptic curve. */
    ASN1ObjectIdentifier wrap() {
        return isAuthenticated() ? CMSAlgorithm.AES256_WRAP : CMSAlgorithm.AES128_WRAP;
    }

    int keyBytes() {
        return keyBytes;
    }

    int nonceBytes() {
        return nonceBytes;
    }
}
