// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes a message apart as it is written: the header is kept, up to a bound, and the body goes to those
 * that the header asks for, in the caller's blocks. {@link #finish} ends the message. Not thread-safe.
 */
final class MessageSplitter extends OutputStream {
    /** Largest header of somebody else's message; a longer one is an {@link IOException}. */
    static final int MAX_FOREIGN_HEADER = 1024 * 1024;
    /** Largest of our own, which was accepted within other bounds. */
    static final int MAX_OWN_HEADER = 64 * 1024 * 1024;

    /** Asked once, when the header is complete. */
    @FunctionalInterface
    interface OnHeader {
        /** Who takes the body. */
        Body begin(HeaderBlock header);
    }

    /** Takes the body. */
    interface Body {
        void update(byte[] octets, int from, int to);

        void finish();
    }

    private final LineEnds ends;
    private final int maxHeader;
    private final OnHeader onHeader;
    private byte[] header = new byte[4096];
    private int length;
    private int lineStart;
    private @Nullable Body body;

    MessageSplitter(LineEnds ends, int maxHeader, OnHeader onHeader) {
        this.ends = ends;
        this.maxHeader = maxHeader;
        this.onHeader = onHeader;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, octets.length);
        int end = offset + count;
        int at = offset;
        while (at < end && body == null) {
            at += headerOctet(octets[at]);
        }
        if (body != null && at < end) {
            body.update(octets, at, end);
        }
    }

    /** Ends the message, and its header where no body follows. */
    void finish() throws IOException {
        if (body == null) {
            if (length > lineStart) {
                endLine();
            }
            if (body == null) {
                begin();
            }
        }
        Objects.requireNonNull(body).finish();
    }

    /** The number of octets taken: 0 when the octet is to be given again, as it stands behind a line end that was none yet. */
    private int headerOctet(byte octet) throws IOException {
        boolean afterCr = length > lineStart && header[length - 1] == '\r';
        if (octet == '\n' || (afterCr && ends == LineEnds.AS_SENT)) {
            endLine();
            return octet == '\n' ? 1 : 0;
        }
        append(octet);
        return 1;
    }

    private void endLine() throws IOException {
        if (length == lineStart || header[length - 1] != '\r') {
            append((byte) '\r');
        }
        append((byte) '\n');
        if (length == lineStart + 2) {
            length = lineStart;
            begin();
        }
        lineStart = length;
    }

    private void begin() {
        body = onHeader.begin(HeaderBlock.of(header, length));
    }

    private void append(byte octet) throws IOException {
        if (length == header.length) {
            if (length >= maxHeader) {
                throw new IOException("the header is longer than " + maxHeader + " octets");
            }
            header = Arrays.copyOf(header, Math.min(2 * length, maxHeader));
        }
        header[length++] = octet;
    }
}
