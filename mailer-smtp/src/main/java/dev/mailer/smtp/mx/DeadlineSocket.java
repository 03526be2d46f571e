// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/**
 * A connection all of whose reads together end by one deadline, however the octets trickle in; a TLS handshake over it too.
 * Writes have no deadline; there may be only as many as the send buffer takes even if the peer never reads, which is enough for a
 * question, and keeps a peer that asks for more and more inside TLS from blocking one.
 */
final class DeadlineSocket extends Socket {
    private static final int SEND_BUFFER = 256 * 1024;
    /** Octets in all; with as many writes they stay far below the buffer, in which each small one takes up more than it has. */
    private static final int MOST_OCTETS = 32 * 1024;

    private static final int MOST_WRITES = 64;

    private final Deadline deadline;
    private int octets;
    private int writes;

    DeadlineSocket(Deadline deadline) {
        this.deadline = deadline;
    }

    void connect(InetSocketAddress address) throws IOException {
        requireTime();
        setSendBufferSize(SEND_BUFFER);
        connect(address, deadline.millis());
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                requireTime();
                setSoTimeout(deadline.millis());
                return super.read(target, offset, length);
            }
        };
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new FilterOutputStream(super.getOutputStream()) {
            @Override
            public void write(int octet) throws IOException {
                count(1);
                out.write(octet);
            }

            @Override
            public void write(byte[] source, int offset, int length) throws IOException {
                count(length);
                out.write(source, offset, length);
            }
        };
    }

    private void count(int length) throws IOException {
        octets += length;
        if (++writes > MOST_WRITES || octets > MOST_OCTETS) {
            throw new IOException("the peer made us send more than a question has: " + writes + " times, " + octets
                    + " octets; at most " + MOST_WRITES + " and " + MOST_OCTETS);
        }
    }

    private void requireTime() throws SocketTimeoutException {
        if (deadline.isOver()) {
            throw new SocketTimeoutException("the deadline has passed");
        }
    }
}
