// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/**
 * A connection all of whose reads together end by one deadline, however the octets trickle in; a TLS handshake over it too.
 * Writes have no limit of their own: for questions that fit into any send buffer.
 */
final class DeadlineSocket extends Socket {
    private final Deadline deadline;

    DeadlineSocket(Deadline deadline) {
        this.deadline = deadline;
    }

    void connect(InetSocketAddress address) throws IOException {
        requireTime();
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

    private void requireTime() throws SocketTimeoutException {
        if (deadline.isOver()) {
            throw new SocketTimeoutException("the deadline has passed");
        }
    }
}
