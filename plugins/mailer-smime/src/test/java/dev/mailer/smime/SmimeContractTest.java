// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import dev.mailer.api.Secret;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.smime.TestCertificates.Holder;
import dev.mailer.testkit.EntityTransformContract;
import org.junit.jupiter.api.Nested;

/** What holds for every transform holds for each way of signing and encrypting. */
class SmimeContractTest {
    private static final Holder RSA = TestCertificates.rsa("shop@example.com", "jo@example.org");
    private static final Holder EC = TestCertificates.ec("shop@example.com", "jo@example.org");
    private static final Secret SECRET = Secret.of("0123456789abcdef0123456789abcdef");

    @Nested
    class SignedWithRsa extends EntityTransformContract {
        @Override
        protected EntityTransform newTransform() {
            return SmimePlugin.builder().identity("shop@example.com", RSA.pem()).build();
        }
    }

    @Nested
    class SignedWithAnEllipticCurve extends EntityTransformContract {
        @Override
        protected EntityTransform newTransform() {
            return SmimePlugin.builder().identity("shop@example.com", EC.pem()).build();
        }
    }

    @Nested
    class EncryptedForRsa extends EntityTransformContract {
        @Override
        protected EntityTransform newTransform() {
            return SmimePlugin.builder().encrypt(a -> RSA.certificate(), SECRET).build();
        }
    }

    @Nested
    class EncryptedForAnEllipticCurve extends EntityTransformContract {
        @Override
        protected EntityTransform newTransform() {
            return SmimePlugin.builder()
                    .encrypt(a -> EC.certificate(), SECRET)
                    .contentEncryption(ContentEncryption.AES_256_GCM)
                    .build();
        }
    }

    @Nested
    class SignedAndEncrypted extends EntityTransformContract {
        @Override
        protected EntityTransform newTransform() {
            return SmimePlugin.builder()
                    .identity("example.com", EC.pem())
                    .encrypt(a -> RSA.certificate(), SECRET)
                    .build();
        }
    }
}
