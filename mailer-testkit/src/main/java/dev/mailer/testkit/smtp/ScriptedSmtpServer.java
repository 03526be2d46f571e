// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An SMTP server on the loopback interface and a free port, for tests. It takes every mail and keeps it, and at any
 * {@link Stage} does what the test wants: refuse, hang, drop, talk rubbish. Thread-safe; a daemon thread per session, ended
 * by {@link #close}.
 *
 * <pre>{@code
 * try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
 *     server.replyTo("jo@example.org", "550 5.1.1 no such user");
 *     server.once(Stage.DATA, Reaction.reply("451 4.3.0 later"));
 *     // send something to server.uri()
 *     assertThat(server.mails()).hasSize(1);
 * }
 * }</pre>
 */
public final class ScriptedSmtpServer implements AutoCloseable {
    /** What a server is from the start on. */
    record Settings(
            List<String> extensions,
            @Nullable TestTls tls,
            boolean implicitTls,
            boolean clientCertificates,
            List<String> mechanisms,
            @Nullable String user,
            @Nullable String password,
            int mostSessions) {}

    private static final long JOIN_MILLIS = 5_000;

    private final Settings settings;
    private final ServerSocket listener;
    private final Thread acceptor;
    private final Script script = new Script();
    private final Semaphore room;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<Socket, ServerWire> open = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<RecordedSession> sessions = new ArrayList<>();

    private ScriptedSmtpServer(Settings settings) {
        this.settings = settings;
        this.room = new Semaphore(settings.mostSessions());
        try {
            this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.acceptor = thread("scripted-smtp", this::accept);
    }

    /** A server without TLS and login. */
    public static ScriptedSmtpServer start() {
        return builder().start();
    }

    public static Builder builder() {
        return new Builder();
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** {@code lmtp://127.0.0.1:port}; it understands both. */
    public String lmtpUri() {
        return "lmtp://127.0.0.1:" + port();
    }

    /** {@code smtp://127.0.0.1:port}, or {@code smtps} where TLS begins at once. */
    public String uri() {
        return (settings.implicitTls() ? "smtps" : "smtp") + "://127.0.0.1:" + port();
    }

    /** Replaces the reply at a stage from now on. */
    public ScriptedSmtpServer reply(Stage stage, String line) {
        return always(stage, Reaction.reply(line));
    }

    /** Replaces the reply to RCPT for one address, before anything that is scripted for the stage. */
    public ScriptedSmtpServer replyTo(String recipient, String line) {
        script.recipient(recipient, Reaction.reply(line));
        return this;
    }

    /** Reacts so at a stage from now on. */
    public ScriptedSmtpServer always(Stage stage, Reaction reaction) {
        script.always(stage, reaction);
        return this;
    }

    /** Reacts so the next time; several add up. */
    public ScriptedSmtpServer once(Stage stage, Reaction reaction) {
        return times(1, stage, reaction);
    }

    /** Reacts so the next {@code times} times, before what is scripted for always. */
    public ScriptedSmtpServer times(int times, Stage stage, Reaction reaction) {
        script.times(times, stage, reaction);
        return this;
    }

    /** Forgets the script; what is being played goes on. */
    public ScriptedSmtpServer behave() {
        script.clear();
        return this;
    }

    /** All sessions so far, in order. */
    public List<RecordedSession> sessions() {
        lock.lock();
        try {
            return List.copyOf(sessions);
        } finally {
            lock.unlock();
        }
    }

    /** The mails of all sessions: what reached its final dot and was not refused there. */
    public List<ReceivedMail> mails() {
        return sessions().stream().flatMap(s -> s.mails().stream()).toList();
    }

    /** Waits until there are at least this many mails; the mails, however many there are at the end of the time. */
    public List<ReceivedMail> awaitMails(int count, Duration atMost) {
        await(() -> mails().size() >= count, atMost);
        return mails();
    }

    /** Waits until every session so far has ended; false when some had not at the end of the time. */
    public boolean awaitEnd(Duration atMost) {
        return await(() -> sessions().stream().allMatch(RecordedSession::ended), atMost);
    }

    /** Closes all connections, as a server does that tires of idle clients. */
    public void disconnectAll() {
        open.keySet().forEach(ScriptedSmtpServer::closeQuietly);
    }

    /** Says a line on all connections without being asked. */
    public void sayToAll(String line) {
        for (ServerWire wire : open.values()) {
            try {
                wire.write(line + "\r\n");
            } catch (IOException e) {
                // that client is gone
            }
        }
    }

    /** Ends the listener and all sessions. */
    @Override
    public void close() {
        closed.countDown();
        try {
            listener.close();
        } catch (IOException e) {
            // it accepts no more
        }
        try {
            // the port stays open until the last accept has returned
            acceptor.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        disconnectAll();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                RecordedSession record = new RecordedSession(socket.getInetAddress());
                lock.lock();
                try {
                    sessions.add(record);
                } finally {
                    lock.unlock();
                }
                thread("scripted-smtp-session", () -> serve(socket, record));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket, RecordedSession record) {
        try {
            ServerWire wire = new ServerWire(socket, closed, record);
            open.put(socket, wire);
            if (closed.getCount() == 0) {
                return;
            }
            if (!room.tryAcquire()) {
                wire.write("421 4.7.0 too many connections\r\n");
                return;
            }
            try {
                new ServerSession(settings, script, wire, record, this::signal).run();
            } finally {
                room.release();
            }
        } catch (IOException e) {
            // one of the two sides has closed, or was made to
        } finally {
            closeQuietly(socket);
            open.remove(socket);
            record.end();
            signal();
        }
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean await(BooleanSupplier condition, Duration atMost) {
        long nanos = atMost.toNanos();
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = changed.awaitNanos(nanos);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed all the same
        }
    }

    private static Thread thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Collects what a server is from the start on; not thread-safe. */
    public static final class Builder {
        private List<String> extensions =
                List.of("PIPELINING", "SIZE 52428800", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES");
        private List<String> mechanisms = List.of("PLAIN", "LOGIN");
        private @Nullable TestTls tls;
        private boolean implicitTls;
        private boolean clientCertificates;
        private @Nullable String user;
        private @Nullable String password;
        private int mostSessions = Integer.MAX_VALUE;

        private Builder() {}

        /** Most sessions at once; whoever connects beyond is told {@code 421 4.7.0 too many connections}. Any number unless this is set. */
        public Builder mostSessions(int most) {
            this.mostSessions = most;
            return this;
        }

        /** What EHLO announces in place of the usual; STARTTLS and AUTH follow from the other settings. */
        public Builder extensions(String... lines) {
            this.extensions = List.of(lines);
            return this;
        }

        /** Offers STARTTLS. */
        public Builder startTls(TestTls material) {
            this.tls = material;
            return this;
        }

        /** Begins with TLS. */
        public Builder implicitTls(TestTls material) {
            this.tls = material;
            this.implicitTls = true;
            return this;
        }

        /** Wants a certificate of the client's, from the same authority as the server's own. */
        public Builder clientCertificates() {
            this.clientCertificates = true;
            return this;
        }

        /** Wants this login before MAIL; announced inside TLS only, where there is TLS. */
        public Builder credentials(String expectedUser, String expectedPassword) {
            this.user = expectedUser;
            this.password = expectedPassword;
            return this;
        }

        /**
         * The mechanisms to announce; PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256, OAUTHBEARER and XOAUTH2 are understood, the last two with
         * the password as the token.
         */
        public Builder mechanisms(String... names) {
            this.mechanisms = List.of(names);
            return this;
        }

        /** A listening server. */
        public ScriptedSmtpServer start() {
            return new ScriptedSmtpServer(new Settings(
                    extensions, tls, implicitTls, clientCertificates, mechanisms, user, password, mostSessions));
        }
    }
}
