// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.security.cert.CertificateException;

/** The certificate that a server showed does not fit the TLSA records of its host. */
public final class DaneException extends CertificateException {
    private static final long serialVersionUID = 1L;
    private final TlsResult result;

    DaneException(TlsResult result) {
        super("the certificate does not fit the TLSA records: " + result.word());
        this.result = result;
    }

    public TlsResult result() {
        return result;
    }
}
