// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import dev.mailer.api.Address;
import dev.mailer.api.Experimental;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the certificate that mail to an address is encrypted for. Whatever it gives is trusted: no chain and no revocation is checked. Called
 * on sending threads, by many at once, once for each attempt; may block for as long as a file or a directory takes to answer. Whoever
 * made it closes what it holds.
 */
@Experimental
@FunctionalInterface
public interface CertificateSource {
    /**
     * The certificate; null when there is none.
     *
     * @throws IOException the source cannot be asked now; the mail is put off. Any other exception fails it
     */
    @Nullable
    X509Certificate find(Address recipient) throws IOException;

    /**
     * A folder with a file in PEM or DER for each address: {@code jo@example.org.pem}, in small letters, the domain as A-labels; what is
     * not a letter, a digit or one of {@code . _ + = @ -} as {@code %} and two small hexadecimal digits for each byte. Read each time, so
     * that a new file takes effect at once; a folder that is gone or a file that cannot be read puts the mail off.
     */
    static CertificateSource folder(Path folder) {
        return new CertificateFolder(folder);
    }
}
