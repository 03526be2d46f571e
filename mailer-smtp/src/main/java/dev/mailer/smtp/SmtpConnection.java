// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection: lines out, replies in, deadlines on both. Lockstep: a command is refused when input is waiting that
 * nobody asked for, so replies and commands cannot get out of step. Used by one thread at a time; after any
 * {@link WireException} it is of no more use and closed.
 */
final class SmtpConnection {
    private static final int BLOCK = 16 * 1024;

    private final Socket raw;
    private final String remote;
    private final Timeouts timeouts;
    private final Watchdog watchdog;
    private final Watchdog.Alarm alarm;
    private final ReplyParser parser = new ReplyParser();
    private final byte[] sending = new byte[BLOCK];
    private final byte[] received = new byte[1_024];
    private InputStream in;
    private OutputStream out;
    private boolean tls;
    private int sendingLength;
    private int receivedFrom;
    private int receivedTo;
    private long budget = Watchdog.NEVER;
    private Duration armed = Duration.ZERO;
    private boolean idling;

    private SmtpConnection(Socket raw, String remote, Timeouts timeouts, Watchdog watchdog) throws IOException {
        this.raw = raw;
        this.remote = remote;
        this.timeouts = timeouts;
        this.watchdog = watchdog;
        this.in = raw.getInputStream();
        this.out = raw.getOutputStream();
        this.alarm = watchdog.watch(this::expired);
    }

    /** Connects to an address; {@code remote} names it in failures. */
    static SmtpConnection open(
            InetSocketAddress address, String remote, Timeouts timeouts, Watchdog watchdog, long budget)
            throws WireException {
        Socket socket = new Socket();
        try {
            long left = budget == Watchdog.NEVER ? Long.MAX_VALUE : (budget - watchdog.now()) / 1_000_000;
            long limit = Math.min(Math.min(left, timeouts.connect().toMillis()), Integer.MAX_VALUE);
            if (left <= 0) {
                throw new SocketTimeoutException("the time for the whole submission is over");
            }
            socket.setTcpNoDelay(true);
            socket.connect(address, (int) Math.max(1, limit));
            SmtpConnection connection = new SmtpConnection(socket, remote, timeouts, watchdog);
            connection.budget = budget;
            return connection;
        } catch (IOException e) {
            closeQuietly(socket);
            String reason = e instanceof SocketTimeoutException
                    ? WireException.TIMEOUT
                    : e instanceof ConnectException ? WireException.REFUSED : WireException.UNREACHABLE;
            throw new WireException(reason, "no connection to " + remote + ": " + e.getMessage(), e);
        }
    }

    /** The peer as failures name it. */
    String remote() {
        return remote;
    }

    boolean isLoopback() {
        return raw.getInetAddress().isLoopbackAddress();
    }

    boolean isTls() {
        return tls;
    }

    boolean isClosed() {
        return raw.isClosed();
    }

    /** Sets the time all that follows must end at, whatever the step. */
    void budget(long time) {
        budget = time;
    }

    /** Sends one command and reads its reply, which must come within the time for replies. */
    Reply exchange(String command) throws WireException {
        return exchange(command, timeouts.read());
    }

    private Reply exchange(String command, Duration within) throws WireException {
        requireSilence();
        line(command);
        flush();
        return reply(within);
    }

    /** The final dot and its reply. */
    Reply finish() throws WireException {
        put((byte) '.');
        put((byte) '\r');
        put((byte) '\n');
        flush();
        return reply(timeouts.dot());
    }

    /** The reply of which the server speaks first: its greeting. */
    Reply greeting() throws WireException {
        return reply(timeouts.read());
    }

    /** True when the peer has sent something that was not read yet. */
    boolean hasInput() throws WireException {
        try {
            return receivedFrom < receivedTo || in.available() > 0;
        } catch (IOException e) {
            throw lost("connection lost", e);
        }
    }

    /** Reads what the peer said unasked, such as a refusal amid the content. */
    Reply unasked() throws WireException {
        return reply(timeouts.read());
    }

    /** Appends an octet to the block that {@link #flush} or the next full block sends. */
    void put(byte octet) throws WireException {
        if (sendingLength == BLOCK) {
            flush();
        }
        sending[sendingLength++] = octet;
    }

    void put(byte[] from, int offset, int count) throws WireException {
        int done = 0;
        while (done < count) {
            if (sendingLength == BLOCK) {
                flush();
            }
            int part = Math.min(count - done, BLOCK - sendingLength);
            System.arraycopy(from, offset + done, sending, sendingLength, part);
            sendingLength += part;
            done += part;
        }
    }

    /**
     * Goes over to TLS with the server authenticated for {@code host}. Plain text that came behind the last reply is an attack
     * or a defect, and refused (RFC 3207 §6).
     */
    void startTls(SSLContext context, String host, int port) throws WireException {
        requireSilence();
        arm(timeouts.tls());
        try {
            SSLSocket socket = TlsHandshake.over(raw, context, host, port);
            in = socket.getInputStream();
            out = socket.getOutputStream();
            tls = true;
        } catch (IOException e) {
            throw broken(TlsHandshake.reason(e), "TLS handshake failed: " + e.getMessage(), e);
        }
        disarm();
    }

    /** Keeps the connection open for at most this long, until {@link #wake}. */
    void idle(Duration atMost) {
        budget = Watchdog.NEVER;
        idling = true;
        alarm.set(watchdog.in(atMost));
    }

    /** Takes the connection out of {@link #idle}; false when it is of no more use. */
    boolean wake(long newBudget) {
        budget = newBudget;
        boolean usable = alarm.clear() && !raw.isClosed() && isSilent();
        if (!usable) {
            abort();
        }
        idling = false;
        return usable;
    }

    /** Gives up what MAIL began (RFC 5321 §4.1.1.5) without waiting long; true when the server agrees. */
    boolean reset() {
        try {
            return exchange("RSET", timeouts.courtesy()).isCompletion();
        } catch (WireException e) {
            return false;
        }
    }

    /** Says goodbye (RFC 5321 §4.1.1.10), waits a moment for the answer and closes; errors do not matter any more. */
    void quit() {
        quit(List.of(this));
    }

    /** Says goodbye on all of them, and then waits for all the answers together no longer than for one. */
    static void quit(List<SmtpConnection> connections) {
        connections.forEach(SmtpConnection::sayGoodbye);
        connections.forEach(SmtpConnection::awaitGoodbye);
    }

    private void sayGoodbye() {
        budget = watchdog.in(timeouts.courtesy());
        try {
            requireSilence();
            line("QUIT");
            flush();
        } catch (WireException e) {
            // the mail was settled before; the connection is closed
        }
    }

    private void awaitGoodbye() {
        try {
            reply(timeouts.courtesy());
        } catch (WireException e) {
            // as above
        } finally {
            abort();
        }
    }

    /** Closes without a word. */
    void abort() {
        // first: an alarm may ring while the connection is still being made
        closeSocket();
        alarm.cancel();
    }

    private void line(String command) throws WireException {
        if (!CommandText.isSafe(command, true)) {
            abort();
            throw new IllegalArgumentException("a command holds a control character");
        }
        byte[] octets = command.getBytes(StandardCharsets.UTF_8);
        put(octets, 0, octets.length);
        put((byte) '\r');
        put((byte) '\n');
    }

    private boolean isSilent() {
        try {
            return !hasInput();
        } catch (WireException e) {
            return false;
        }
    }

    private void requireSilence() throws WireException {
        if (hasInput()) {
            throw broken(WireException.PROTOCOL, "the server said something that nobody had asked for", null);
        }
    }

    private void flush() throws WireException {
        arm(timeouts.write());
        try {
            out.write(sending, 0, sendingLength);
            out.flush();
        } catch (IOException e) {
            throw lost("connection lost while writing", e);
        }
        sendingLength = 0;
        disarm();
    }

    private Reply reply(Duration within) throws WireException {
        arm(within);
        try {
            while (true) {
                while (receivedFrom < receivedTo) {
                    if (parser.accept(received[receivedFrom++])) {
                        alarm.clear();
                        return parser.take();
                    }
                }
                int count = in.read(received);
                if (count < 0) {
                    throw lost(
                            parser.isMidReply()
                                    ? "connection closed amid a reply"
                                    : "connection closed in place of a reply",
                            null);
                }
                receivedFrom = 0;
                receivedTo = count;
            }
        } catch (WireException e) {
            abort();
            throw e;
        } catch (IOException e) {
            throw lost("connection lost while reading", e);
        }
    }

    private void arm(Duration limit) throws WireException {
        armed = limit;
        if (!alarm.set(Math.min(watchdog.in(limit), budget))) {
            throw lost("connection closed", null);
        }
    }

    private void disarm() throws WireException {
        if (!alarm.clear()) {
            throw lost("connection closed", null);
        }
    }

    private WireException lost(String what, @Nullable IOException cause) {
        String detail = cause == null ? what : what + ": " + cause.getMessage();
        return broken(WireException.LOST, detail, cause);
    }

    private WireException broken(String reason, String message, @Nullable IOException cause) {
        boolean late = alarm.isExpired();
        boolean overall = late && budget <= watchdog.now();
        abort();
        if (!late) {
            return new WireException(reason, message, cause);
        }
        String limit = overall ? "the time for the whole submission is over" : "not done within " + armed;
        return new WireException(WireException.TIMEOUT, limit, cause);
    }

    /** On the watchdog's thread. An idle connection has an empty send buffer, so its QUIT does not block. */
    private void expired() {
        try {
            if (idling) {
                out.write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
            }
        } catch (IOException e) {
            // the server was faster
        } finally {
            abort();
        }
    }

    /** Closes the plain socket: the TLS one would want to say something first, and could block. */
    private void closeSocket() {
        closeQuietly(raw);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed all the same
        }
    }
}
