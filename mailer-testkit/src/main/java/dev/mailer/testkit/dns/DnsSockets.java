// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** One port for UDP and TCP. A thread each, one more for each connection and each answer that waits. */
final class DnsSockets implements AutoCloseable {
    /**
     * What is said to one question.
     *
     * @param messages none for silence
     * @param hangUp the connection is closed, behind half of the message
     */
    record Response(List<byte[]> messages, Duration delay, boolean hangUp) {
        static Response of(byte[] message) {
            return new Response(List.of(message), Duration.ZERO, false);
        }

        static Response of(DnsReaction reaction, DnsQuestion question, boolean tcp, byte[] usual) {
            return switch (reaction.kind()) {
                case RCODE -> of(empty(question, reaction.rcode(), false));
                case SILENCE -> new Response(List.of(), Duration.ZERO, false);
                case HANG_UP -> new Response(tcp ? List.of(usual) : List.of(), Duration.ZERO, true);
                case TRUNCATE -> of(tcp ? usual : empty(question, 0, true));
                case TRUNCATE_EVERYWHERE -> of(empty(question, 0, true));
                case GARBAGE -> of("this is no message".getBytes(StandardCharsets.US_ASCII));
                case SPOOF -> tcp ? of(usual) : new Response(forged(question, usual), Duration.ZERO, false);
                case REFERRAL -> of(DnsAnswerWriter.write(question, 0, false, false, List.of(), servers(question)));
                case REFUSE_EDNS -> of(question.hasEdns() ? empty(question, 1, false) : usual);
                case DELAY -> new Response(List.of(usual), reaction.delay(), false);
            };
        }

        private static byte[] empty(DnsQuestion question, int rcode, boolean truncated) {
            return DnsAnswerWriter.write(question, rcode, false, truncated, List.of(), List.of());
        }

        private static List<byte[]> forged(DnsQuestion question, byte[] usual) {
            byte[] otherId = empty(question, 3, false);
            otherId[0] ^= 1;
            DnsQuestion other = new DnsQuestion(
                    question.id(),
                    question.flags(),
                    "forged.invalid",
                    DnsAnswerWriter.name("forged.invalid"),
                    question.type(),
                    question.payload());
            return List.of(otherId, empty(other, 3, false), usual);
        }

        private static List<DnsAnswerWriter.Entry> servers(DnsQuestion question) {
            return List.of(new DnsAnswerWriter.Entry(
                    question.name(), DnsType.NS.code(), 300, DnsAnswerWriter.name("ns.invalid")));
        }
    }

    private static final int ATTEMPTS = 50;
    private static final int BACKLOG = 50;
    private static final long JOIN_MILLIS = 5_000;

    private final BiFunction<DnsQuestion, Boolean, @Nullable Response> answers;
    private final DatagramSocket datagrams;
    private final ServerSocket listener;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Thread receiver;
    private final Thread acceptor;

    DnsSockets(BiFunction<DnsQuestion, Boolean, @Nullable Response> answers) throws IOException {
        this.answers = answers;
        InetAddress loopback = InetAddress.getLoopbackAddress();
        ServerSocket tcp = new ServerSocket(0, BACKLOG, loopback);
        DatagramSocket udp = sameForUdp(tcp.getLocalPort(), loopback);
        for (int i = 0; udp == null && i < ATTEMPTS; i++) {
            tcp.close();
            tcp = new ServerSocket(0, BACKLOG, loopback);
            udp = sameForUdp(tcp.getLocalPort(), loopback);
        }
        if (udp == null) {
            tcp.close();
            throw new BindException("no port is free for both UDP and TCP");
        }
        this.listener = tcp;
        this.datagrams = udp;
        this.receiver = thread("scripted-dns-udp", this::receive);
        this.acceptor = thread("scripted-dns-tcp", this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() {
        closed.countDown();
        datagrams.close();
        closeQuietly(listener);
        open.forEach(DnsSockets::closeQuietly);
        try {
            receiver.join(JOIN_MILLIS);
            acceptor.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        open.forEach(DnsSockets::closeQuietly);
    }

    private void receive() {
        try {
            while (true) {
                byte[] octets = new byte[4_096];
                DatagramPacket packet = new DatagramPacket(octets, octets.length);
                datagrams.receive(packet);
                DnsQuestion question = DnsQuestion.read(octets, packet.getLength());
                Response response = question == null ? null : answers.apply(question, false);
                if (response != null) {
                    SocketAddress client = packet.getSocketAddress();
                    after(response.delay(), () -> send(response, client));
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void send(Response response, SocketAddress client) {
        try {
            for (byte[] message : response.messages()) {
                datagrams.send(new DatagramPacket(message, message.length, client));
            }
        } catch (IOException e) {
            // that client is gone, or the server closed
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                open.add(socket);
                thread("scripted-dns-session", () -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            while (true) {
                byte[] octets = in.readNBytes(in.readUnsignedShort());
                DnsQuestion question = DnsQuestion.read(octets, octets.length);
                Response response = question == null ? null : answers.apply(question, true);
                if (response == null || !answer(response, out)) {
                    return;
                }
            }
        } catch (IOException e) {
            // one of the two sides has closed
        } finally {
            open.remove(socket);
        }
    }

    private boolean answer(Response response, DataOutputStream out) throws IOException {
        if (!response.delay().isZero() && isClosedWithin(response.delay())) {
            return false;
        }
        for (byte[] message : response.messages()) {
            out.writeShort(message.length);
            out.write(message, 0, response.hangUp() ? message.length / 2 : message.length);
            out.flush();
        }
        return !response.hangUp();
    }

    private void after(Duration delay, Runnable task) {
        if (delay.isZero()) {
            task.run();
            return;
        }
        thread("scripted-dns-delay", () -> {
            if (!isClosedWithin(delay)) {
                task.run();
            }
        });
    }

    private boolean isClosedWithin(Duration time) {
        try {
            return closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Null when another program has the port, which is free for TCP. */
    private static @Nullable DatagramSocket sameForUdp(int port, InetAddress address) throws IOException {
        try {
            return new DatagramSocket(port, address);
        } catch (BindException e) {
            return null;
        }
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // it is closed all the same
        }
    }

    private static Thread thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
