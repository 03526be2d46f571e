// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.smtp.mx.DaneException;
import dev.mailer.smtp.mx.TlsResult;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;

/** Which of the results that reports know (RFC 8460 §4.3) a session is that TLS was in the way of. */
final class TlsResults {
    private TlsResults() {}

    static TlsResult of(SessionException failure) {
        if (failure.isFor(Opening.TLS_UNAVAILABLE)) {
            return TlsResult.STARTTLS_NOT_SUPPORTED;
        }
        boolean isCertificate = false;
        boolean isPath = false;
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof DaneException dane) {
                return dane.result();
            }
            if (t instanceof CertificateExpiredException || t instanceof CertificateNotYetValidException) {
                return TlsResult.CERTIFICATE_EXPIRED;
            }
            isPath |= t instanceof CertPathBuilderException || t instanceof CertPathValidatorException;
            isCertificate |= t instanceof CertificateException;
        }
        if (isPath) {
            return TlsResult.CERTIFICATE_NOT_TRUSTED;
        }
        // the path was good, so it was the name
        return isCertificate ? TlsResult.CERTIFICATE_HOST_MISMATCH : TlsResult.VALIDATION_FAILURE;
    }
}
