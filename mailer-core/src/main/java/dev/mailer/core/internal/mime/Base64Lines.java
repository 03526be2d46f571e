// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.Attachment;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Base64;

/** Base64 in lines of 76 characters, the last without an end (RFC 2045 §6.8). */
final class Base64Lines {
    /** Bytes that make a line. */
    private static final int LINE = 57;
    /** Bytes that are encoded at once: whole lines. */
    private static final int BLOCK = 144 * LINE;

    private static final byte[] CRLF = {'\r', '\n'};
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(LINE / 3 * 4, CRLF);

    private Base64Lines() {}

    /** How many bytes so many bytes become. */
    static long length(long bytes) {
        long characters = (bytes + 2) / 3 * 4;
        return characters + Math.max(0, (bytes - 1) / LINE) * CRLF.length;
    }

    static byte[] encode(byte[] bytes) {
        return LINES.encode(bytes);
    }

    /**
     * Writes a file block by block, so that memory does not grow with it.
     *
     * @throws IOException it cannot be read, or does not have as many bytes as it says
     */
    static void write(Attachment file, OutputStream out) throws IOException {
        byte[] block = new byte[BLOCK];
        byte[] lines = new byte[(int) length(BLOCK)];
        long size = 0;
        try (InputStream in = file.open()) {
            for (int n = in.readNBytes(block, 0, BLOCK); n > 0; n = in.readNBytes(block, 0, BLOCK)) {
                if (size > 0) {
                    out.write(CRLF);
                }
                size += n;
                if (file.size() >= 0 && size > file.size()) {
                    break;
                }
                out.write(lines, 0, LINES.encode(n == BLOCK ? block : Arrays.copyOf(block, n), lines));
            }
        }
        if (file.size() >= 0 && size != file.size()) {
            throw new IOException("an attachment has " + (size > file.size() ? "at least " : "") + size
                    + " bytes where it should have " + file.size() + "; its content was changed");
        }
    }
}
