// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One connection that a {@link ScriptedSmtpServer} had, live: its lists are copies of what happened so far. Thread-safe. */
public final class RecordedSession {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<String> commands = new ArrayList<>();
    private final List<String> transcript = new ArrayList<>();
    private final List<ReceivedMail> mails = new ArrayList<>();
    private boolean secure;
    private boolean ended;

    private final InetAddress client;
    private @Nullable String serverName;

    RecordedSession(InetAddress client) {
        this.client = client;
    }

    /** Where the client connected from. */
    public InetAddress client() {
        return client;
    }

    /** The name that the client asked for at the beginning of TLS (RFC 6066 §3); null when it asked for none. */
    public @Nullable String serverName() {
        return locked(() -> Optional.ofNullable(serverName)).orElse(null);
    }

    /** The command lines of the client, and its AUTH responses, without line ends. */
    public List<String> commands() {
        return locked(() -> List.copyOf(commands));
    }

    /** Both sides, {@code C: } and {@code S: } before each line; content is left out. */
    public List<String> transcript() {
        return locked(() -> List.copyOf(transcript));
    }

    /** What reached its final dot and was not refused there, in order. */
    public List<ReceivedMail> mails() {
        return locked(() -> List.copyOf(mails));
    }

    /** True once the session is inside TLS. */
    public boolean secure() {
        return locked(() -> secure);
    }

    /** True when the connection is closed. */
    public boolean ended() {
        return locked(() -> ended);
    }

    void heard(String line) {
        locked(() -> commands.add(line) && transcript.add("C: " + line));
    }

    void said(String octets) {
        locked(() -> {
            for (String line : octets.split("\r\n", -1)) {
                if (!line.isEmpty()) {
                    transcript.add("S: " + line);
                }
            }
            return true;
        });
    }

    void received(ReceivedMail mail) {
        locked(() -> mails.add(mail));
    }

    void secured(@Nullable String name) {
        locked(() -> {
            serverName = name;
            secure = true;
            return true;
        });
    }

    void end() {
        locked(() -> ended = true);
    }

    private <T> T locked(Supplier<T> what) {
        lock.lock();
        try {
            return what.get();
        } finally {
            lock.unlock();
        }
    }
}
