// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * One question to one server: over UDP from a port of its own with an id that cannot be guessed (RFC 5452 §4), then over TCP
 * when the answer was cut off (RFC 7766 §5). The calling thread does the I/O: the library's own client would leave a thread
 * that all who use it in this process share. Thread-safe.
 */
final class DnsExchange implements AutoCloseable {
    /** Fits into one packet on all usual ways. */
    static final int PAYLOAD = 1_232;

    private static final SecureRandom IDS = new SecureRandom();

    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Asks, with EDNS (RFC 6891), and for the bit that tells that the answer was validated (RFC 6840 §5.7).
     *
     * @throws SocketTimeoutException there was no answer by the deadline
     */
    Message ask(InetSocketAddress server, Name name, int type, boolean edns, Deadline deadline) throws IOException {
        Message query = new Message(IDS.nextInt(1 << 16));
        query.getHeader().setFlag(Flags.RD);
        query.getHeader().setFlag(Flags.AD);
        query.addRecord(Record.newRecord(name, type, DClass.IN), Section.QUESTION);
        if (edns) {
            query.addRecord(new OPTRecord(PAYLOAD, 0, 0), Section.ADDITIONAL);
        }
        Message answer = overUdp(server, query, deadline);
        return answer.getHeader().getFlag(Flags.TC) ? overTcp(server, query, deadline) : answer;
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        closed = true;
        open.forEach(DnsExchange::closeQuietly);
    }

    boolean isClosed() {
        return closed;
    }

    private Message overUdp(InetSocketAddress server, Message query, Deadline deadline) throws IOException {
        byte[] question = query.toWire();
        DatagramSocket socket = track(new DatagramSocket());
        try (socket) {
            // connected: what comes from elsewhere is dropped, and a closed port is told
            socket.connect(server);
            socket.send(new DatagramPacket(question, question.length));
            byte[] octets = new byte[65_535];
            while (!deadline.isOver()) {
                socket.setSoTimeout(deadline.millis());
                DatagramPacket packet = new DatagramPacket(octets, octets.length);
                socket.receive(packet);
                Message answer = parse(octets, packet.getLength());
                if (answer != null && isAnswer(answer, query)) {
                    return answer;
                }
                // forged or late for another question: the true one may still come
            }
            throw new SocketTimeoutException("no answer by the deadline");
        } finally {
            open.remove(socket);
        }
    }

    private Message overTcp(InetSocketAddress server, Message query, Deadline deadline) throws IOException {
        byte[] question = query.toWire();
        byte[] framed = new byte[question.length + 2];
        framed[0] = (byte) (question.length >> 8);
        framed[1] = (byte) question.length;
        System.arraycopy(question, 0, framed, 2, question.length);
        DeadlineSocket socket = track(new DeadlineSocket(deadline));
        try (socket) {
            socket.connect(server);
            OutputStream out = socket.getOutputStream();
            out.write(framed);
            out.flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] octets = new byte[in.readUnsignedShort()];
            in.readFully(octets);
            Message answer = parse(octets, octets.length);
            if (answer == null || !isAnswer(answer, query)) {
                throw new IOException("the answer is none to the question");
            }
            if (answer.getHeader().getFlag(Flags.TC)) {
                throw new IOException("the answer is cut off over TCP too");
            }
            return answer;
        } finally {
            open.remove(socket);
        }
    }

    private <S extends Closeable> S track(S socket) throws IOException {
        open.add(socket);
        if (closed) {
            closeQuietly(socket);
            throw new IOException("the resolver is closed");
        }
        return socket;
    }

    private static @Nullable Message parse(byte[] octets, int length) {
        byte[] exact = new byte[length];
        System.arraycopy(octets, 0, exact, 0, length);
        try {
            return new Message(exact);
        } catch (IOException | RuntimeException e) {
            // anybody can send anything
            return null;
        }
    }

    /** Id and question are ours (RFC 5452 §9.1); a server that could not read the question need not repeat it. */
    private static boolean isAnswer(Message answer, Message query) {
        if (answer.getHeader().getID() != query.getHeader().getID()
                || !answer.getHeader().getFlag(Flags.QR)) {
            return false;
        }
        Record asked = answer.getQuestion();
        Record question = query.getQuestion();
        if (asked == null) {
            return answer.getRcode() == Rcode.FORMERR;
        }
        return asked.getName().equals(question.getName())
                && asked.getType() == question.getType()
                && asked.getDClass() == question.getDClass();
    }

    private static void closeQuietly(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed all the same
        }
    }
}
