// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.content;

import dev.mailer.api.spi.Bytes;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;

/** Collects a document, and hashes what is there without a copy. */
final class DocumentBuffer extends ByteArrayOutputStream {
    DocumentBuffer() {
        super(1024);
    }

    void update(MessageDigest digest) {
        digest.update(buf, 0, count);
    }

    Bytes toBytes() {
        return Bytes.wrap(toByteArray());
    }
}
