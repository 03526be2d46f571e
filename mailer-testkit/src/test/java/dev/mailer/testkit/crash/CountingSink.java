// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.crash;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;

/**
 * An SMTP server that takes every mail and remembers of each copy only which mail it was, for whom, and who sent it. A mail counts
 * from its final dot on, whether or not the client lives to read the reply. Replies to the dot take a while, so that there is
 * always something in flight to be interrupted.
 */
final class CountingSink implements AutoCloseable {
    private final ServerSocket listener;
    private final int longestReplyMicros;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Map<String, List<Copy>> copies = new ConcurrentHashMap<>();

    /**
     * One mail for one recipient, as it arrived.
     *
     * @param client how the sender called itself in EHLO
     * @param checksum of the content
     */
    record Copy(String client, long checksum) {}

    CountingSink(int longestReplyMicros) {
        this.longestReplyMicros = longestReplyMicros;
        try {
            this.listener = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread("counting-sink", this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** All copies of a mail for a recipient, in the order of their arrival. */
    List<Copy> copies(String messageIdHeader, String recipient) {
        return copies.getOrDefault(key(messageIdHeader, recipient), List.of());
    }

    /** How many mails for one recipient each arrived, copies counted once. */
    int size() {
        return copies.size();
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private static String key(String messageIdHeader, String recipient) {
        return messageIdHeader + " " + recipient;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                open.add(socket);
                thread("counting-sink-session", () -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            new Session(socket).run();
        } catch (IOException e) {
            // the client was killed
        } finally {
            open.remove(socket);
        }
    }

    private static void thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** One connection. */
    private final class Session {
        private final InputStream in;
        private final OutputStream out;
        private final List<String> recipients = new ArrayList<>();
        private String client = "";

        Session(Socket socket) throws IOException {
            this.in = new BufferedInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
        }

        void run() throws IOException {
            say("220 sink.test ESMTP");
            while (true) {
                String line = readLine();
                String verb = line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
                switch (verb) {
                    case "EHLO" -> {
                        client = line.substring(5);
                        say("250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES");
                    }
                    case "MAIL", "RSET" -> {
                        recipients.clear();
                        say("250 2.0.0 ok");
                    }
                    case "RCPT" -> {
                        recipients.add(line.substring(line.indexOf('<') + 1, line.indexOf('>')));
                        say("250 2.1.5 ok");
                    }
                    case "DATA" -> data();
                    case "QUIT" -> {
                        say("221 2.0.0 bye");
                        return;
                    }
                    default -> say("250 2.0.0 ok");
                }
            }
        }

        private void data() throws IOException {
            say("354 go on");
            CRC32 checksum = new CRC32();
            String messageId = "";
            boolean headers = true;
            for (String line = readLine(); !line.equals("."); line = readLine()) {
                checksum.update((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
                headers &= !line.isEmpty();
                if (headers && line.regionMatches(true, 0, "Message-ID:", 0, 11)) {
                    messageId = line.substring(11).strip();
                }
            }
            Copy copy = new Copy(client, checksum.getValue());
            for (String recipient : recipients) {
                copies.compute(key(messageId, recipient), (k, before) -> {
                    List<Copy> all = before == null ? new ArrayList<>(1) : new ArrayList<>(before);
                    all.add(copy);
                    return all;
                });
            }
            takeTime();
            say("250 2.0.0 taken");
        }

        private void takeTime() {
            if (longestReplyMicros > 0) {
                try {
                    closed.await(ThreadLocalRandom.current().nextInt(longestReplyMicros), TimeUnit.MICROSECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private String readLine() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int octet = in.read(); octet != '\n'; octet = in.read()) {
                if (octet < 0) {
                    throw new EOFException();
                }
                if (octet != '\r') {
                    line.append((char) octet);
                }
            }
            return line.toString();
        }

        private void say(String reply) throws IOException {
            out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
    }
}
