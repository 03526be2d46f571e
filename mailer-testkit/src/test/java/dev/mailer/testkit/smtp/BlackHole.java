// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** An address where nobody answers to a connect: one more waits in vain for those before it to be accepted. */
public final class BlackHole implements AutoCloseable {
    private final List<Socket> queued = new ArrayList<>();
    private final ServerSocket listener;

    /** @param port 0 for any */
    public BlackHole(InetAddress address, int port) throws IOException {
        listener = new ServerSocket(port, 1, address);
        fill();
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Connects until the kernel answers no more: nobody accepts. */
    private void fill() throws IOException {
        for (int i = 0; i < 64; i++) {
            Socket socket = new Socket();
            queued.add(socket);
            try {
                socket.connect(new InetSocketAddress(listener.getInetAddress(), port()), 200);
            } catch (SocketTimeoutException e) {
                return;
            }
        }
        throw new AssertionError("the backlog has no end");
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : queued) {
            socket.close();
        }
        listener.close();
    }
}
