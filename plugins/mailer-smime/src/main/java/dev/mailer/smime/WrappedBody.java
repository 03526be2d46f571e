// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The entity around a CMS object: application/pkcs7-mime in base64 (RFC 8551 §3.2). */
final class WrappedBody {
    private WrappedBody() {}

    /** @param kind the smime-type (RFC 8551 §3.2.2) */
    static String contentType(String kind) {
        return "application/pkcs7-mime; smime-type=" + kind + "; name=\"smime.p7m\"";
    }

    /** Writes the header; what is written to the stream is the body, complete when that is closed. */
    static OutputStream open(OutputStream out, String kind) throws IOException {
        String header = "Content-Type: " + contentType(kind)
                + "\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"smime.p7m\"\r\n\r\n";
        out.write(header.getBytes(StandardCharsets.US_ASCII));
        return base64(out);
    }

    /** Lines of base64, each with its end; closing ends them and leaves the stream behind open. */
    static OutputStream base64(OutputStream out) {
        return Base64.getMimeEncoder().wrap(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                out.write(b);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                out.write(bytes, from, length);
            }

            @Override
            public void close() throws IOException {
                out.write('\r');
                out.write('\n');
            }
        });
    }
}
