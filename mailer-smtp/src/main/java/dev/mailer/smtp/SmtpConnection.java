// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A conversation over a {@link Wire}: commands out, replies in, one for each. What is asked is refused when input is waiting that
 * nobody asked for, so replies and commands cannot get out of step. Used by one thread at a time; after any {@link WireException} it is of
 * no more use and closed.
 */
final class SmtpConnection {
    private static final String CRLF = "\r\n";
    /** Commands that are shown as they are. */
    private static final Set<String> SHOWN = Set.of("EHLO", "HELO", "LHLO", "STARTTLS", "RSET", "QUIT");

    private final Wire wire;
    private final String remote;
    private final Timeouts timeouts;
    private final Watchdog watchdog;
    private final long opened;
    private final ReplyParser parser = new ReplyParser();
    private List<String> secrets = List.of();
    /** Until it is ready for mail. */
    private @Nullable Talk opening = new Talk();

    private SmtpConnection(Wire wire, String remote, Timeouts timeouts, Watchdog watchdog) {
        this.wire = wire;
        this.remote = remote;
        this.timeouts = timeouts;
        this.watchdog = watchdog;
        this.opened = watchdog.now();
    }

    static SmtpConnection open(Dial dial, Timeouts timeouts, Watchdog watchdog, long budget) throws WireException {
        return new SmtpConnection(Wire.connect(dial, timeouts, watchdog, budget), dial.remote(), timeouts, watchdog);
    }

    /** The peer as failures name it. */
    String remote() {
        return remote;
    }

    /** Time since it was opened, by the monotonic clock. */
    Duration age() {
        return Duration.ofNanos(watchdog.now() - opened);
    }

    boolean isLoopback() {
        return wire.isLoopback();
    }

    boolean isTls() {
        return wire.isTls();
    }

    boolean isClosed() {
        return wire.isClosed();
    }

    /** Where the content goes. */
    Wire wire() {
        return wire;
    }

    /** Takes these out of every reply from now on, in this order. */
    void hide(List<String> texts) {
        this.secrets = List.copyOf(texts);
    }

    /** Sets the time all that follows must end at, whatever the step. */
    void budget(long time) {
        wire.budget(time);
    }

    /** Sends one command and reads its reply, which must come within the time for replies. */
    Reply exchange(String command) throws WireException {
        return exchange(command, timeouts.read());
    }

    private Reply exchange(String command, Duration within) throws WireException {
        requireSilence();
        say(command);
        wire.flush();
        Talk talk = opening;
        if (talk == null) {
            return reply(within);
        }
        String shown = withoutSecrets(command);
        talk.ask(shown);
        Reply reply = reply(within);
        // what a server makes of a proof may repeat it
        talk.answer(shown.equals(command) ? reply : new Reply(reply.code(), List.of("***")));
        return reply;
    }

    /** Of AUTH the mechanism; what answers a challenge is no command at all. */
    private static String withoutSecrets(String command) {
        int word = command.indexOf(' ');
        String verb = word < 0 ? command : command.substring(0, word);
        if (verb.equals("AUTH")) {
            int end = command.indexOf(' ', word + 1);
            return (end < 0 ? command : command.substring(0, end)) + " ***";
        }
        return SHOWN.contains(verb) ? command : "***";
    }

    /** What was said so far, which is no longer kept. */
    String endOpening() {
        String all = opening();
        opening = null;
        return all;
    }

    /** What was said until it was ready for mail, or so far. */
    String opening() {
        return opening == null ? "" : opening.toString();
    }

    /**
     * What is known of it, for the timelines of mails.
     *
     * @param named the certificate had to be for the host's name
     */
    Map<String, String> facts(boolean named) {
        SSLSession tls = wire.tlsSession();
        String words = tls == null
                ? "none"
                : tls.getProtocol() + " " + tls.getCipherSuite() + (named ? ", name verified" : "");
        return Map.of("remoteHost", remote, "tls", words);
    }

    /** Puts a command behind what is to leave with the next {@link #flush}. */
    void say(String command) throws WireException {
        if (!CommandText.isSafe(command, true)) {
            abort();
            throw new IllegalArgumentException("a command holds a control character");
        }
        put(command + CRLF);
    }

    /** Puts the end of the content behind it. */
    void sayDot() throws WireException {
        put("." + CRLF);
    }

    /** Sends what was put. */
    void flush() throws WireException {
        wire.flush();
    }

    /** Reads the next reply, which must come within the time for replies. */
    Reply reply() throws WireException {
        return reply(timeouts.read());
    }

    /** Whether the server has taken the mail; what decides that may take long. */
    Reply replyToDot() throws WireException {
        return reply(timeouts.dot());
    }

    /** The reply of which the server speaks first: its greeting. */
    Reply greeting() throws WireException {
        Reply reply = reply(timeouts.read());
        Talk talk = opening;
        if (talk != null) {
            talk.answer(reply);
        }
        return reply;
    }

    /** True when the peer has sent something that was not read yet. */
    boolean hasInput() throws WireException {
        return wire.hasInput();
    }

    /** The reply that had arrived when the connection was lost; null when there was none. */
    @Nullable
    Reply saidBefore() {
        try {
            return reply(timeouts.courtesy());
        } catch (WireException e) {
            return null;
        }
    }

    /**
     * Goes over to TLS, with the certificate held to the terms for {@code host}. Plain text that came behind the last reply is an attack
     * or a defect, and refused (RFC 3207 §6).
     */
    void startTls(SSLContext context, Endpoint server, boolean named) throws WireException {
        requireSilence();
        wire.startTls(context, server, named);
        Talk talk = opening;
        if (talk != null) {
            talk.note("TLS");
        }
    }

    /** Keeps the connection open for at most this long, until {@link #wake}. */
    void idle(Duration atMost) {
        wire.idle(atMost, "QUIT" + CRLF);
    }

    /** Takes the connection out of {@link #idle}; false when it is of no more use. */
    boolean wake(long newBudget) {
        return wire.wake(newBudget);
    }

    /** What RSET came to. */
    enum Reset {
        DONE,
        /** The server is gone, or will not. */
        GONE,
        /** There was a reply too many before it. */
        OUT_OF_STEP
    }

    /** Gives up what MAIL began (RFC 5321 §4.1.1.5) without waiting long. */
    Reset reset() {
        try {
            if (wire.hasInput()) {
                return Reset.OUT_OF_STEP;
            }
            Reply reply = exchange("RSET", timeouts.courtesy());
            return reply.isCompletion() ? Reset.DONE : reply.code() / 100 == 3 ? Reset.OUT_OF_STEP : Reset.GONE;
        } catch (WireException e) {
            return Reset.GONE;
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
        wire.budget(timeouts.courtesy());
        try {
            requireSilence();
            say("QUIT");
            wire.flush();
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
        wire.abort();
    }

    private void put(String text) throws WireException {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        wire.put(octets, 0, octets.length);
    }

    /** Fails when the peer has said something, to which the next command's reply would be a second one. */
    void requireSilence() throws WireException {
        if (wire.hasInput()) {
            throw wire.broken(WireException.PROTOCOL, "the server said something that nobody had asked for", null);
        }
    }

    private Reply reply(Duration within) throws WireException {
        wire.begin(within);
        try {
            while (!parser.accept(next())) {
                // a reply has several lines, and comes in pieces
            }
        } catch (WireException e) {
            abort();
            throw e;
        }
        wire.done();
        return parser.take().without(secrets);
    }

    private byte next() throws WireException {
        int octet = wire.read();
        if (octet < 0) {
            throw wire.lost(
                    parser.isMidReply() ? "connection closed amid a reply" : "connection closed in place of a reply",
                    null);
        }
        return (byte) octet;
    }
}
