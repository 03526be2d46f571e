// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/** An SMTP server that is slow for some: the reply to the final dot is held back for everyone but the recipients {@code tNNN@…}. */
final class SlowPeer implements AutoCloseable {
    private static final long HOLD_MILLIS = 500;

    private final ServerSocket listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger held = new AtomicInteger();
    private final LongConsumer accepted;

    /** @param accepted is told NNN when the 250 for {@code tNNN@…} was written */
    SlowPeer(LongConsumer accepted) throws IOException {
        this.accepted = accepted;
        daemon(this::acceptLoop);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Sessions whose reply is held back now. */
    int held() {
        return held.get();
    }

    private void acceptLoop() {
        try {
            while (true) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                daemon(() -> {
                    try (socket) {
                        serve(new BufferedInputStream(socket.getInputStream()), socket.getOutputStream());
                    } catch (IOException | InterruptedException e) {
                        // the client or the end of the benchmark closed it
                    }
                });
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(InputStream in, OutputStream out) throws IOException, InterruptedException {
        reply(out, "220 slow.example ESMTP");
        String recipient = "";
        for (String line = line(in); ; line = line(in)) {
            String command = line.toUpperCase(Locale.ROOT);
            if (command.startsWith("EHLO")) {
                reply(out, "250-slow.example\r\n250-PIPELINING\r\n250 8BITMIME");
            } else if (command.startsWith("RCPT TO:<")) {
                recipient = line.substring(9, line.indexOf('@'));
                reply(out, "250 2.1.5 Ok");
            } else if (command.equals("DATA")) {
                reply(out, "354 Go on");
                for (String text = line(in); !text.equals("."); text = line(in)) {
                    // thrown away
                }
                if (recipient.startsWith("t")) {
                    reply(out, "250 2.0.0 Ok");
                    accepted.accept(Long.parseLong(recipient.substring(1)));
                } else {
                    held.incrementAndGet();
                    Thread.sleep(HOLD_MILLIS);
                    held.decrementAndGet();
                    reply(out, "250 2.0.0 Ok");
                }
            } else if (command.equals("QUIT")) {
                reply(out, "221 2.0.0 Bye");
                return;
            } else {
                reply(out, "250 2.0.0 Ok");
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("closed");
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static void reply(OutputStream out, String text) throws IOException {
        out.write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "slow-peer");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
