// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The octets of one TCP connection, plain or over TLS. Each step has its deadline and the whole has one; the watchdog keeps them by
 * closing the socket. Used by one thread at a time, but for {@link #abort}; after any {@link WireException} it is closed.
 */
final class Wire implements OctetSink {
    /** What is sent at once. */
    static final int BLOCK = 16 * 1024;
    /** What commands need. */
    private static final int LEAST = 512;

    private final Socket raw;
    private final Timeouts timeouts;
    private final Watchdog watchdog;
    private final Watchdog.Alarm alarm;
    /** Grows to a block and is small again once it is sent: thousands of connections may wait for slow servers. */
    private byte[] sending = new byte[LEAST];

    private final byte[] received = new byte[1_024];
    private InputStream in;
    private OutputStream out;
    private boolean tunnelled;
    private @Nullable TlsLayer tls;
    private int sendingLength;
    private int receivedFrom;
    private int receivedTo;
    private long budget = Watchdog.NEVER;
    private Duration armed = Duration.ZERO;
    /** What an idle connection says before it is closed for its age. */
    private @Nullable String lastWord;

    private Wire(Socket raw, Timeouts timeouts, Watchdog watchdog) throws IOException {
        this.raw = raw;
        this.timeouts = timeouts;
        this.watchdog = watchdog;
        this.in = raw.getInputStream();
        this.out = raw.getOutputStream();
        this.alarm = watchdog.watch(this::expired);
    }

    /** Connects, through the proxy where there is one. */
    static Wire connect(Dial dial, Timeouts timeouts, Watchdog watchdog, long budget) throws WireException {
        Socket socket = new Socket();
        // so that closing the transport ends this, too
        Watchdog.Alarm alarm = watchdog.watch(() -> closeQuietly(socket));
        try {
            long left = budget == Watchdog.NEVER ? Long.MAX_VALUE : (budget - watchdog.now()) / 1_000_000;
            long limit = Math.min(Math.min(left, timeouts.connect().toMillis()), Integer.MAX_VALUE);
            if (left <= 0) {
                throw new SocketTimeoutException("the time for the whole submission is over");
            }
            socket.setTcpNoDelay(true);
            bind(socket, dial.source());
            socket.connect(dial.address(), (int) Math.max(1, limit));
            Wire wire = new Wire(socket, timeouts, watchdog);
            wire.budget = budget;
            wire.passThrough(dial);
            return wire;
        } catch (WireException e) {
            throw e;
        } catch (IOException e) {
            closeQuietly(socket);
            String reason = e instanceof SocketTimeoutException
                    ? WireException.TIMEOUT
                    : e instanceof ConnectException ? WireException.REFUSED : WireException.UNREACHABLE;
            throw new WireException(reason, "no connection to " + dial.remote() + ": " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            closeQuietly(socket);
            throw e;
        } finally {
            alarm.cancel();
        }
    }

    private static void bind(Socket socket, @Nullable InetAddress source) throws WireException {
        if (source == null) {
            return;
        }
        try {
            socket.bind(new InetSocketAddress(source, 0));
        } catch (IOException e) {
            closeQuietly(socket);
            String address = source.getHostAddress();
            throw new WireException(WireException.SOURCE, "cannot connect from " + address + ": " + e.getMessage(), e);
        }
    }

    private void passThrough(Dial dial) throws WireException {
        ProxySettings proxy = dial.proxy();
        if (proxy == null) {
            return;
        }
        tunnelled = true;
        begin(timeouts.connect());
        try {
            ProxyTunnel.open(raw, proxy, dial.server());
        } catch (IOException e) {
            throw broken(WireException.UNREACHABLE, "no connection through " + proxy + ": " + e.getMessage(), e);
        }
        end();
    }

    /** True when the peer is on this machine, as far as that can be seen. */
    boolean isLoopback() {
        return !tunnelled && raw.getInetAddress().isLoopbackAddress();
    }

    boolean isTls() {
        return tls != null;
    }

    /** What TLS came to; null in clear text. */
    @Nullable
    SSLSession tlsSession() {
        return tls == null ? null : tls.session();
    }

    boolean isClosed() {
        return raw.isClosed();
    }

    /** Sets the time all that follows must end at, whatever the step. */
    void budget(long time) {
        budget = time;
    }

    /** As {@link #budget(long)}, this long from now. */
    void budget(Duration fromNow) {
        budget = watchdog.in(fromNow);
    }

    /** Appends an octet to the block that {@link #flush} or the next full block sends. */
    @Override
    public void put(byte octet) throws WireException {
        makeRoom(1);
        sending[sendingLength++] = octet;
    }

    @Override
    public void put(byte[] from, int offset, int count) throws WireException {
        int done = 0;
        while (done < count) {
            makeRoom(count - done);
            int part = Math.min(count - done, sending.length - sendingLength);
            System.arraycopy(from, offset + done, sending, sendingLength, part);
            sendingLength += part;
            done += part;
        }
    }

    /** For one octet at least. */
    private void makeRoom(int wanted) throws WireException {
        if (sendingLength == BLOCK) {
            write();
        } else if (wanted > sending.length - sendingLength && sending.length < BLOCK) {
            sending = Arrays.copyOf(sending, BLOCK);
        }
    }

    void flush() throws WireException {
        write();
        if (sending.length > LEAST) {
            sending = new byte[LEAST];
        }
    }

    private void write() throws WireException {
        begin(timeouts.write());
        try {
            out.write(sending, 0, sendingLength);
            out.flush();
        } catch (IOException e) {
            keepInput();
            throw lost("connection lost while writing", e);
        }
        sendingLength = 0;
        end();
    }

    @Override
    public boolean isAnswered() throws WireException {
        return hasInput();
    }

    /** True when the peer has sent something that was not read yet, as far as it has arrived. */
    boolean hasInput() throws WireException {
        try {
            return receivedFrom < receivedTo || in.available() > 0 || (tls != null && hasInputOfTls());
        } catch (IOException e) {
            throw lost("connection lost", e);
        }
    }

    /** What waits below TLS may be its own, such as a session ticket or a farewell: only a read tells. */
    private boolean hasInputOfTls() throws IOException {
        if (raw.getInputStream().available() == 0) {
            return false;
        }
        begin(timeouts.read());
        try {
            return readWhatArrived();
        } finally {
            done();
        }
    }

    /** False when nothing has. */
    private boolean readWhatArrived() throws IOException {
        raw.setSoTimeout(1);
        try {
            if (fill() < 0) {
                throw new EOFException("closed by the peer");
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } finally {
            raw.setSoTimeout(0);
        }
    }

    /** Lets {@link #read} give, even after the connection is closed, what the peer said before it stopped taking. */
    private void keepInput() {
        if (alarm.isExpired() || receivedFrom < receivedTo) {
            return;
        }
        try {
            readWhatArrived();
        } catch (IOException e) {
            // it said nothing
        }
    }

    /** Begins a step that must end within this time. */
    void begin(Duration limit) throws WireException {
        armed = limit;
        if (!alarm.set(Math.min(watchdog.in(limit), budget))) {
            throw lost("connection closed", null);
        }
    }

    /** The next octet within a step; -1 when the peer has closed. */
    int read() throws WireException {
        while (receivedFrom == receivedTo) {
            try {
                if (fill() < 0) {
                    return -1;
                }
            } catch (IOException e) {
                throw lost("connection lost while reading", e);
            }
        }
        return received[receivedFrom++] & 0xff;
    }

    /** Takes what the peer sends next; -1 when it has closed. */
    private int fill() throws IOException {
        int count = in.read(received);
        if (tls != null) {
            // a new handshake is part of a read
            tls.verify();
        }
        receivedFrom = 0;
        receivedTo = Math.max(0, count);
        return count;
    }

    /** Ends a step that came to all it was for, even if its time has just run out. */
    void done() {
        alarm.clear();
    }

    /** Goes over to TLS; {@code named} when the certificate must be for the server's name. */
    void startTls(SSLContext context, Endpoint server, boolean named) throws WireException {
        begin(timeouts.tls());
        try {
            TlsLayer layer = TlsLayer.over(raw, context, server, named);
            in = layer.socket().getInputStream();
            out = layer.socket().getOutputStream();
            tls = layer;
        } catch (IOException e) {
            throw broken(TlsHandshake.reason(e), "TLS handshake failed: " + e.getMessage(), e);
        }
        end();
    }

    /** Keeps the connection open for at most this long, until {@link #wake}; then says a last word and closes. */
    void idle(Duration atMost, String word) {
        budget = Watchdog.NEVER;
        lastWord = word;
        alarm.set(watchdog.in(atMost));
    }

    /** Takes the connection out of {@link #idle}; false when it is of no more use. */
    boolean wake(long newBudget) {
        budget = newBudget;
        boolean usable = alarm.clear() && !raw.isClosed() && isSilent();
        if (!usable) {
            abort();
        }
        lastWord = null;
        return usable;
    }

    /** Closes without a word. */
    void abort() {
        // first: an alarm may ring while the connection is still being made
        closeSocket();
        alarm.cancel();
    }

    /** The connection is lost; what to throw. */
    WireException lost(String what, @Nullable IOException cause) {
        String detail = cause == null ? what : what + ": " + cause.getMessage();
        return broken(WireException.LOST, detail, cause);
    }

    /** The connection is of no more use, and closed; what to throw, which is the deadline where that was the reason. */
    WireException broken(String reason, String message, @Nullable IOException cause) {
        boolean late = alarm.isExpired();
        boolean overall = late && budget <= watchdog.now();
        abort();
        if (!late) {
            return new WireException(reason, message, cause);
        }
        String limit = overall ? "the time for the whole submission is over" : "not done within " + armed;
        return new WireException(WireException.TIMEOUT, limit, cause);
    }

    private void end() throws WireException {
        if (!alarm.clear()) {
            throw lost("connection closed", null);
        }
    }

    private boolean isSilent() {
        try {
            return !hasInput();
        } catch (WireException e) {
            return false;
        }
    }

    /** On the watchdog's thread. An idle connection has an empty send buffer, so its last word does not block. */
    private void expired() {
        String word = lastWord;
        try {
            if (word != null) {
                out.write(word.getBytes(StandardCharsets.US_ASCII));
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
