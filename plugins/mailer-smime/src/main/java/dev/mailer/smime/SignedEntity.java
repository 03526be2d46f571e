// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import dev.mailer.api.spi.EntityTransform.Entity;
import dev.mailer.api.spi.EntityTransform.Mail;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** The content in the clear with a signature beside it: multipart/signed (RFC 8551 §3.5.3, RFC 1847 §2.1). Streams; thread-safe. */
final class SignedEntity implements Entity {
    private static final String SIGNATURE = """
            Content-Type: application/pkcs7-signature; name="smime.p7s"
            Content-Transfer-Encoding: base64
            Content-Disposition: attachment; filename="smime.p7s"

            """.replace("\n", "\r\n");

    private final Entity content;
    private final SigningIdentity identity;
    private final Instant begin;
    private final String boundary;

    SignedEntity(Entity content, SigningIdentity identity, Mail mail) {
        this.content = content;
        this.identity = identity;
        this.begin = mail.begin();
        // no one who gives content knows the id before it is accepted
        this.boundary = "=_s_" + mail.messageId().toString().replace("-", "");
    }

    @Override
    public String contentType() {
        return type(" ");
    }

    @Override
    public boolean eightBit() {
        return false;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        ByteArrayOutputStream signature = new ByteArrayOutputStream(4 * 1024);
        put(out, "Content-Type: " + type("\r\n ") + "\r\n\r\n--" + boundary + "\r\n");
        OutputStream signer = identity.open(signature, begin, false);
        content.writeTo(new Tee(out, signer));
        signer.close();
        put(out, "\r\n--" + boundary + "\r\n" + SIGNATURE);
        try (OutputStream base64 = WrappedBody.base64(out)) {
            signature.writeTo(base64);
        }
        put(out, "\r\n--" + boundary + "--\r\n");
    }

    private String type(String blank) {
        return "multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256;" + blank + "boundary=\""
                + boundary + '"';
    }

    private static void put(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** To both; closes and flushes neither. */
    private static final class Tee extends OutputStream {
        private final OutputStream first;
        private final OutputStream second;

        Tee(OutputStream first, OutputStream second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public void write(int b) throws IOException {
            first.write(b);
            second.write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            first.write(bytes, from, length);
            second.write(bytes, from, length);
        }
    }
}
