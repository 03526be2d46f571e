// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Content in chunks (RFC 3030 §2): BDAT with the number of octets, and the octets as they are. The replies to the chunks before the last are
 * read as they come. Used by one thread.
 */
final class Chunks implements OctetSink {
    /** Octets of one chunk, the last one excepted. */
    static final int SIZE = 64 * 1024;

    private final SmtpConnection connection;
    private final byte[] chunk = new byte[SIZE];
    private int length;
    private int unanswered;
    private @Nullable Reply refusal;

    Chunks(SmtpConnection connection) {
        this.connection = connection;
    }

    @Override
    public void put(byte octet) throws WireException {
        if (length == SIZE) {
            sayChunk();
        }
        chunk[length++] = octet;
    }

    @Override
    public void put(byte[] from, int offset, int count) throws WireException {
        int done = 0;
        while (done < count) {
            if (length == SIZE) {
                sayChunk();
            }
            int part = Math.min(count - done, SIZE - length);
            System.arraycopy(from, offset + done, chunk, length, part);
            length += part;
            done += part;
        }
    }

    @Override
    public boolean isAnswered() throws WireException {
        while (unanswered > 0 && refusal == null && connection.hasInput()) {
            readReply();
        }
        if (refusal != null) {
            throw WireException.protocol("the server refused a chunk");
        }
        return false;
    }

    /** Puts the last chunk, which completes the mail. */
    void sayLast() throws WireException {
        say(" LAST");
    }

    /** Why the server did not take one of the chunks before the last, as far as it has said; null when it took them. */
    @Nullable
    Reply refused() {
        return refusal;
    }

    /** As {@link #refused}, when it has answered every chunk so far: before the last one leaves, whose reply decides. */
    @Nullable
    Reply readReplies() throws WireException {
        while (unanswered > 0 && refusal == null) {
            readReply();
        }
        return refusal;
    }

    private void sayChunk() throws WireException {
        say("");
        connection.flush();
        unanswered++;
    }

    private void say(String last) throws WireException {
        byte[] command = ("BDAT " + length + last + "\r\n").getBytes(StandardCharsets.US_ASCII);
        connection.wire().put(command, 0, command.length);
        connection.wire().put(chunk, 0, length);
        length = 0;
    }

    private void readReply() throws WireException {
        Reply reply = connection.reply();
        unanswered--;
        if (!reply.isCompletion()) {
            refusal = reply;
        }
    }
}
