// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import dev.mailer.smime.TestCertificates.Holder;

/** Another program's view of a mail. */
interface SmimeReader {
    /** The content that is signed, once the signature and its chain are verified. */
    byte[] verified(byte[] mail) throws Exception;

    byte[] decrypted(byte[] mail, Holder recipient) throws Exception;
}
