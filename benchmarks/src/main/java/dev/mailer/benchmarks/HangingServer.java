// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Keeps every client waiting, in one of four ways by turns: without a word, with a greeting of one octet every few seconds, without an
 * answer to DATA, or without one to the final dot. One thread serves thousands.
 */
final class HangingServer implements AutoCloseable {
    static final String ADDRESS = "127.0.0.2";

    /** Between two octets of a greeting. */
    private static final long DRIP_MILLIS = 5_000;

    private static final String GREETING = "220 slow.test ESMTP\r\n";

    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    private int served;
    private volatile int held;
    private volatile boolean closed;

    HangingServer(int port) throws IOException {
        listener.bind(new InetSocketAddress(ADDRESS, port), 4_096);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        Thread thread = new Thread(this::run, "hanging-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** Connections that are open. */
    int held() {
        return held;
    }

    private enum Way {
        SILENT,
        DRIPPING,
        NO_DATA,
        NO_VERDICT
    }

    /** One client. */
    private static final class Client {
        final Way way;
        final StringBuilder line = new StringBuilder();
        int dripped;

        Client(Way way) {
            this.way = way;
        }
    }

    private void run() {
        long drip = System.currentTimeMillis() + DRIP_MILLIS;
        try {
            while (!closed) {
                selector.select(Math.max(1, drip - System.currentTimeMillis()));
                for (SelectionKey key : selector.selectedKeys()) {
                    serve(key);
                }
                selector.selectedKeys().clear();
                if (System.currentTimeMillis() >= drip) {
                    drip = System.currentTimeMillis() + DRIP_MILLIS;
                    selector.keys().forEach(HangingServer::drip);
                }
                held = selector.keys().size() - 1;
            }
        } catch (IOException e) {
            throw new IllegalStateException("the hanging server failed", e);
        }
    }

    private void serve(SelectionKey key) throws IOException {
        if (key.isAcceptable()) {
            for (SocketChannel socket = listener.accept(); socket != null; socket = listener.accept()) {
                accept(socket);
            }
            return;
        }
        try {
            read(key);
        } catch (IOException e) {
            // the client has closed it
            key.channel().close();
        }
    }

    private void accept(SocketChannel socket) throws IOException {
        Client client = new Client(Way.values()[served++ % Way.values().length]);
        socket.configureBlocking(false);
        socket.register(selector, SelectionKey.OP_READ, client);
        if (client.way == Way.NO_DATA || client.way == Way.NO_VERDICT) {
            say(socket, GREETING);
        }
    }

    private void read(SelectionKey key) throws IOException {
        SocketChannel socket = (SocketChannel) key.channel();
        Client client = (Client) key.attachment();
        buffer.clear();
        if (socket.read(buffer) < 0) {
            socket.close();
            return;
        }
        String text =
                StandardCharsets.ISO_8859_1.decode(buffer.flip()).toString().toUpperCase(Locale.ROOT);
        client.line.append(text);
        for (int end = client.line.indexOf("\r\n"); end >= 0; end = client.line.indexOf("\r\n")) {
            String command = client.line.substring(0, end);
            client.line.delete(0, end + 2);
            answer(socket, client, command);
        }
    }

    /** The content has no line that begins as one of these. */
    private static void answer(SocketChannel socket, Client client, String command) throws IOException {
        if (command.startsWith("EHLO")) {
            say(socket, "250-slow.test\r\n250-PIPELINING\r\n250 8BITMIME\r\n");
        } else if (command.equals("DATA") && client.way == Way.NO_VERDICT) {
            say(socket, "354 Go on\r\n");
        } else if (List.of("MAIL", "RCPT", "RSET").contains(command.split(" ", 2)[0])) {
            say(socket, "250 2.0.0 Ok\r\n");
        } else if (command.equals("QUIT")) {
            say(socket, "221 2.0.0 Bye\r\n");
        }
    }

    private static void drip(SelectionKey key) {
        if (key.isValid() && key.attachment() instanceof Client client && client.way == Way.DRIPPING) {
            int at = client.dripped++;
            // a first line that goes on and on
            String octet = at < 4 ? "220-".substring(at, at + 1) : "x";
            try {
                say((SocketChannel) key.channel(), octet);
            } catch (IOException e) {
                key.cancel();
            }
        }
    }

    private static void say(SocketChannel socket, String text) throws IOException {
        socket.write(StandardCharsets.US_ASCII.encode(text));
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        listener.close();
    }
}
