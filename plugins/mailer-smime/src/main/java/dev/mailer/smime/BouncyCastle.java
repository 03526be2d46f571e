// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import java.security.Provider;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * The one provider of all cryptography here, so that bytes do not depend on the Java runtime. It is not registered with the runtime, whose
 * other users keep theirs.
 */
final class BouncyCastle {
    static final Provider PROVIDER = new BouncyCastleProvider();

    private BouncyCastle() {}

    static CertificateFactory certificates() throws CertificateException {
        return CertificateFactory.getInstance("X.509", PROVIDER);
    }
}
