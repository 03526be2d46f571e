// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The one answer of a server that closes behind it (RFC 9112 §6).
 *
 * @param contentType empty when there is none
 */
record HttpsAnswer(int status, String contentType, String body) {
    /** Longer answers are refused. */
    static final int MAX_BODY = 64 << 10;

    private static final int MAX_HEADERS = 32 << 10;
    private static final int MAX_INTERIM = 3;

    /** Reads no more than is allowed, whatever the peer says. */
    static HttpsAnswer read(InputStream in) throws IOException {
        Reader reader = new Reader(in);
        int status = status(reader.line());
        Map<String, String> fields = reader.fields();
        for (int i = 0; status < 200 && i < MAX_INTERIM; i++) {
            status = status(reader.line());
            fields = reader.fields();
        }
        if (!fields.getOrDefault("content-encoding", "identity").equalsIgnoreCase("identity")) {
            throw new IOException("the answer is compressed, and nobody asked for that");
        }
        // what is no policy need not be read
        byte[] body = status == 200 ? reader.body(fields) : new byte[0];
        return new HttpsAnswer(
                status, fields.getOrDefault("content-type", ""), new String(body, StandardCharsets.UTF_8));
    }

    /** RFC 8461 §3.2: parameters do not matter. */
    boolean isPlainText() {
        int semicolon = contentType.indexOf(';');
        String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
        return type.strip().equalsIgnoreCase("text/plain");
    }

    private static int status(String line) throws IOException {
        if (!line.matches("HTTP/1\\.[01] [1-5]\\d\\d( .*)?")) {
            throw new IOException("the answer does not begin as HTTP does");
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private static final class Reader {
        private final InputStream in;
        private int headerOctets;

        Reader(InputStream in) {
            this.in = in;
        }

        String line() throws IOException {
            StringBuilder line = new StringBuilder();
            while (true) {
                int octet = in.read();
                if (octet < 0) {
                    throw new EOFException("the answer ends in its header");
                }
                if (++headerOctets > MAX_HEADERS) {
                    throw new IOException("the header is longer than " + MAX_HEADERS + " octets");
                }
                if (octet == '\n') {
                    boolean crlf = !line.isEmpty() && line.charAt(line.length() - 1) == '\r';
                    return crlf ? line.substring(0, line.length() - 1) : line.toString();
                }
                line.append((char) octet);
            }
        }

        Map<String, String> fields() throws IOException {
            Map<String, String> fields = new HashMap<>();
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                if (colon <= 0) {
                    throw new IOException("a line of the header is no field");
                }
                fields.putIfAbsent(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            return fields;
        }

        byte[] body(Map<String, String> fields) throws IOException {
            if (fields.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
                return chunks();
            }
            String length = fields.get("content-length");
            if (length == null) {
                return limited(in.readNBytes(MAX_BODY + 1));
            }
            if (!length.matches("\\d{1,6}") || Integer.parseInt(length) > MAX_BODY) {
                throw tooLong();
            }
            return exactly(Integer.parseInt(length));
        }

        private byte[] chunks() throws IOException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            while (true) {
                String size = line().replaceFirst("[ \\t;].*", "");
                if (!size.matches("[0-9a-fA-F]{1,6}")) {
                    throw new IOException("a chunk has no size");
                }
                int octets = Integer.parseInt(size, 16);
                if (octets == 0) {
                    return body.toByteArray();
                }
                if (body.size() + octets > MAX_BODY) {
                    throw tooLong();
                }
                body.writeBytes(exactly(octets));
                if (!line().isEmpty()) {
                    throw new IOException("a chunk does not end where it should");
                }
            }
        }

        private byte[] exactly(int octets) throws IOException {
            byte[] read = in.readNBytes(octets);
            if (read.length < octets) {
                throw new EOFException("the answer ends after " + read.length + " of " + octets + " octets");
            }
            return read;
        }

        private static byte[] limited(byte[] body) throws IOException {
            if (body.length > MAX_BODY) {
                throw tooLong();
            }
            return body;
        }

        private static IOException tooLong() {
            return new IOException("the answer is longer than " + MAX_BODY + " octets");
        }
    }
}
