// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes mails that name themselves in every command, notes what does not fit together, and misbehaves at random. */
final class CapriciousServer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> copies = new ConcurrentHashMap<>();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final AtomicInteger capers = new AtomicInteger();

    private final boolean chunked;

    CapriciousServer(long seed, boolean chunked) throws IOException {
        this.chunked = chunked;
        daemon(() -> accept(new Random(seed)));
    }

    int port() {
        return listener.getLocalPort();
    }

    /** What was heard out of place. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    /** How often it misbehaved. */
    int capers() {
        return capers.get();
    }

    /** How many mails it has kept for this recipient. */
    int copies(String recipient) {
        AtomicInteger count = copies.get(recipient);
        return count == null ? 0 : count.get();
    }

    private void accept(Random seeds) {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                Random random = new Random(seeds.nextLong());
                daemon(() -> {
                    try (socket) {
                        socket.setTcpNoDelay(true);
                        new Conversation(socket, random).run();
                    } catch (IOException e) {
                        // one side has closed
                    }
                });
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "capricious");
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

    private final class Conversation {
        private final InputStream in;
        private final OutputStream out;
        private final Random random;
        private final List<String> recipients = new ArrayList<>();
        private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        private String mail = "";

        Conversation(Socket socket, Random random) throws IOException {
            this.in = new BufferedInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
            this.random = random;
        }

        void run() throws IOException {
            say("220 ready");
            while (true) {
                String line = line();
                if (random.nextInt(100) == 0) {
                    capers.incrementAndGet();
                    say("421 4.3.2 not in the mood");
                    return;
                }
                if (random.nextInt(100) == 0) {
                    capers.incrementAndGet();
                    return;
                }
                if (line.startsWith("EHLO")) {
                    say("250-capricious\r\n250-PIPELINING\r\n250 CHUNKING");
                } else if (line.startsWith("MAIL FROM:<")) {
                    begin(line.substring(11, line.indexOf('@')));
                } else if (line.startsWith("RCPT TO:<")) {
                    recipient(line.substring(9, line.length() - 1));
                } else if (line.equals("DATA")) {
                    data();
                } else if (line.startsWith("BDAT ")) {
                    chunk(line.split(" ", -1));
                } else if (line.equals("RSET")) {
                    clear();
                    say("250 ok");
                } else if (line.equals("QUIT")) {
                    say("221 bye");
                    return;
                } else {
                    faults.add("a command that is none: " + line);
                }
            }
        }

        private void begin(String name) throws IOException {
            if (!mail.isEmpty()) {
                faults.add("MAIL of " + name + " within " + mail);
            }
            if (caper(20)) {
                say("451 4.7.1 not you");
            } else {
                mail = name;
                say("250 ok");
            }
        }

        private void recipient(String address) throws IOException {
            if (mail.isEmpty()) {
                say("503 no sender");
            } else if (!address.startsWith(mail + "-")) {
                faults.add("recipient " + address + " of " + mail);
            } else if (caper(10)) {
                say("550 5.1.1 nobody");
            } else {
                recipients.add(address);
                // two replies to one command; a client without DATA's 354 behind them could not tell
                say(!chunked && caper(40) ? "250 ok\r\n250 by the way" : "250 ok");
            }
        }

        private void data() throws IOException {
            if (recipients.isEmpty() && random.nextBoolean()) {
                say("503 no recipients");
                return;
            }
            if (!recipients.isEmpty() && caper(30)) {
                say("451 4.3.0 no room");
                return;
            }
            say("354 go on");
            List<String> lines = new ArrayList<>();
            for (String line = line(); !line.equals("."); line = line()) {
                lines.add(line.startsWith("..") ? line.substring(1) : line);
            }
            take(lines);
        }

        private void chunk(String[] words) throws IOException {
            byte[] octets = in.readNBytes(Integer.parseInt(words[1]));
            chunks.writeBytes(octets);
            if (mail.isEmpty() || recipients.isEmpty()) {
                faults.add("a chunk without an envelope");
            }
            if (words.length < 3) {
                say("250 ok");
                return;
            }
            List<String> lines = chunks.toString(StandardCharsets.UTF_8).lines().toList();
            chunks.reset();
            take(lines);
        }

        private void take(List<String> lines) throws IOException {
            String name = mail;
            if (recipients.isEmpty()) {
                if (!lines.isEmpty()) {
                    faults.add("content of " + name + " for nobody");
                }
                clear();
                say("554 no valid recipients");
                return;
            }
            if (!lines.get(0).equals("Subject: " + name)
                    || !lines.stream().skip(2).allMatch(line -> line.equals(name + "."))) {
                faults.add("content of another mail in " + name);
            }
            List<String> taken = List.copyOf(recipients);
            clear();
            if (caper(20)) {
                say("554 5.7.1 spam");
                return;
            }
            taken.forEach(
                    r -> copies.computeIfAbsent(r, x -> new AtomicInteger()).incrementAndGet());
            if (caper(30)) {
                throw new EOFException("gone without a word");
            }
            say("250 taken");
            if (caper(30)) {
                throw new EOFException("gone behind the reply");
            }
        }

        private boolean caper(int oneIn) {
            boolean now = random.nextInt(oneIn) == 0;
            if (now) {
                capers.incrementAndGet();
            }
            return now;
        }

        private void clear() {
            mail = "";
            recipients.clear();
            chunks.reset();
        }

        private String line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream(80);
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new EOFException("client closed");
                }
                line.write(c);
            }
            return line.toString(StandardCharsets.UTF_8).stripTrailing();
        }

        private void say(String line) throws IOException {
            out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
    }
}
