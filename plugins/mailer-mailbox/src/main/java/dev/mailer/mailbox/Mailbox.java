// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The mail that a {@code mailbox:} transport took, in memory. Bounded in number and in bytes: what is over is dropped, oldest
 * first, and counted. Thread-safe.
 *
 * <pre>{@code
 * MailboxMessage newest = plugin.mailbox().messages().get(0);
 * assertThat(newest.subject()).isEqualTo("Your order 4711");
 * }</pre>
 */
public final class Mailbox {
    private final int maxMessages;
    private final long maxBytes;
    private final Object lock = new Object();
    /** Newest first. Guarded by the lock, as are the numbers below. */
    private final Deque<MailboxMessage> messages = new ArrayDeque<>();

    private long bytes;
    private long dropped;
    private long lastNumber;

    Mailbox(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /** All messages, newest first. */
    public List<MailboxMessage> messages() {
        synchronized (lock) {
            return List.copyOf(messages);
        }
    }

    /** The message of a {@link MailboxMessage#number()}; null when it was never there or is gone. */
    public @Nullable MailboxMessage find(long number) {
        synchronized (lock) {
            for (MailboxMessage message : messages) {
                if (message.number() == number) {
                    return message;
                }
            }
            return null;
        }
    }

    /** Messages whose sender, recipients, subject or text hold the words as given, whatever their case; newest first. */
    public List<MailboxMessage> search(String words) {
        List<MailboxMessage> found = new ArrayList<>();
        for (MailboxMessage message : messages()) {
            if (message.matches(words)) {
                found.add(message);
            }
        }
        return List.copyOf(found);
    }

    /** Deletes one message; false when it was not there. */
    public boolean delete(long number) {
        synchronized (lock) {
            for (Iterator<MailboxMessage> all = messages.iterator(); all.hasNext(); ) {
                MailboxMessage message = all.next();
                if (message.number() == number) {
                    all.remove();
                    bytes -= message.size();
                    return true;
                }
            }
            return false;
        }
    }

    /** Deletes all messages and says how many there were. */
    public int clear() {
        synchronized (lock) {
            int count = messages.size();
            messages.clear();
            bytes = 0;
            return count;
        }
    }

    public int size() {
        synchronized (lock) {
            return messages.size();
        }
    }

    /** Bytes of all messages here. */
    public long bytes() {
        synchronized (lock) {
            return bytes;
        }
    }

    /** How many messages had to make room for newer ones. */
    public long dropped() {
        synchronized (lock) {
            return dropped;
        }
    }

    /** The number of the message that came last, deleted or not; 0 when none came. */
    public long lastNumber() {
        synchronized (lock) {
            return lastNumber;
        }
    }

    long maxBytes() {
        return maxBytes;
    }

    /** Keeps the message that is made with the next number; it is at most {@link #maxBytes} long. */
    MailboxMessage add(LongFunction<MailboxMessage> numbered) {
        synchronized (lock) {
            MailboxMessage message = numbered.apply(++lastNumber);
            messages.addFirst(message);
            bytes += message.size();
            while (messages.size() > maxMessages || bytes > maxBytes) {
                bytes -= messages.removeLast().size();
                dropped++;
            }
            return message;
        }
    }
}
