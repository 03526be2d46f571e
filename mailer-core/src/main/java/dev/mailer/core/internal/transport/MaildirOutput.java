// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Writes mail into a file: CRLF becomes LF, the line end of Maildir; a CR that ends no line stays. Knows whether it was the file
 * that failed. Buffered; {@link #finish} at the end. Does not close the file.
 */
final class MaildirOutput extends OutputStream {
    private final WritableByteChannel file;
    private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
    private boolean afterCr;
    private boolean failed;

    MaildirOutput(WritableByteChannel file) {
        this.file = file;
    }

    /** True when the file could not be written, as opposed to the mail not being readable. */
    boolean hasFailed() {
        return failed;
    }

    @Override
    public void write(int b) throws IOException {
        if (afterCr && b != '\n') {
            put('\r');
        }
        afterCr = b == '\r';
        if (!afterCr) {
            put(b);
        }
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        for (int i = from; i < from + length; i++) {
            write(bytes[i]);
        }
    }

    @Override
    public void flush() throws IOException {
        buffer.flip();
        try {
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
        } catch (IOException e) {
            failed = true;
            throw e;
        }
        buffer.clear();
    }

    /** Writes what is left, a CR at the very end included. */
    void finish() throws IOException {
        if (afterCr) {
            afterCr = false;
            put('\r');
        }
        flush();
    }

    private void put(int b) throws IOException {
        if (!buffer.hasRemaining()) {
            flush();
        }
        buffer.put((byte) b);
    }
}
