// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import dev.mailer.api.spi.EntityTransform.Entity;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;

/**
 * The content within its signature (RFC 8551 §3.5.2): for 8-bit content, which no hop can convert there, and which only readers with
 * S/MIME can read. Streams; thread-safe.
 */
record OpaqueEntity(Entity content, SigningIdentity identity, Instant begin) implements Entity {
    private static final String KIND = "signed-data";

    @Override
    public String contentType() {
        return WrappedBody.contentType(KIND);
    }

    @Override
    public boolean eightBit() {
        return false;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        OutputStream body = WrappedBody.open(out, KIND);
        OutputStream signer = identity.open(body, begin, true);
        content.writeTo(signer);
        // not after a failure: that would put a signature under half the content
        signer.close();
        body.close();
    }
}
