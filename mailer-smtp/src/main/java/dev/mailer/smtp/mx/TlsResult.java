// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

/** How a session's TLS went, as reports call it (RFC 8460 §4.3). */
public enum TlsResult {
    SUCCESS(""),
    STARTTLS_NOT_SUPPORTED("starttls-not-supported"),
    CERTIFICATE_HOST_MISMATCH("certificate-host-mismatch"),
    CERTIFICATE_EXPIRED("certificate-expired"),
    CERTIFICATE_NOT_TRUSTED("certificate-not-trusted"),
    /** Everything else. */
    VALIDATION_FAILURE("validation-failure"),
    /** The TLSA records fit no certificate. */
    TLSA_INVALID("tlsa-invalid"),
    /** The records could not be validated. */
    DNSSEC_INVALID("dnssec-invalid"),
    /** A TLSA record was demanded, and there was none. */
    DANE_REQUIRED("dane-required"),
    STS_POLICY_FETCH_ERROR("sts-policy-fetch-error"),
    STS_POLICY_INVALID("sts-policy-invalid"),
    /** The policy's host has no certificate that verifies. */
    STS_WEBPKI_INVALID("sts-webpki-invalid");

    private final String word;

    TlsResult(String word) {
        this.word = word;
    }

    /** The registered word; empty for a success. */
    public String word() {
        return word;
    }
}
