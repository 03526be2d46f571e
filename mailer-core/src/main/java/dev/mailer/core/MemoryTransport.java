// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.Envelope;
import dev.mailer.api.Failure;
import dev.mailer.api.MailerException;
import dev.mailer.api.MessageId;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.SimpleTransport;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.TransportCapabilities;
import dev.mailer.api.spi.WireCapabilities;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Accepts every mail and keeps the last of them in memory, for tests and demonstrations: at most {@value #DEFAULT_KEEP} mails and
 * {@value #DEFAULT_KEEP_BYTES} bytes unless told otherwise; older ones are dropped. Thread-safe.
 *
 * <pre>{@code
 * MemoryTransport sent = new MemoryTransport();
 * try (MailerEngine mailer = Mailers.builder().transport(sent).build()) {
 *     mailer.send(email);
 *     sent.awaitCount(1, Duration.ofSeconds(5));
 * }
 * }</pre>
 */
public final class MemoryTransport implements SimpleTransport {
    /** Most mails kept by default: {@value}. */
    public static final int DEFAULT_KEEP = 1_000;
    /** Most bytes kept by default: {@value}. */
    public static final long DEFAULT_KEEP_BYTES = 64L * 1024 * 1024;

    private static final TransportCapabilities CAPABILITIES =
            TransportCapabilities.DEFAULT.maxRecipients(100).maxBatch(100);

    private final String name;
    private final int keep;
    private final long keepBytes;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    /** Guarded by {@link #lock}, as are the counts. */
    private final Deque<Sent> kept = new ArrayDeque<>();

    private long bytes;
    private long count;

    /** Keeps the default number of mails, by the system's clock. */
    public MemoryTransport() {
        this("", DEFAULT_KEEP, DEFAULT_KEEP_BYTES, InstantSource.system());
    }

    /**
     * Keeps so many mails and bytes of them; the last mail is kept whatever its size.
     *
     * @param name tells this one from others in meters and events; may be empty
     */
    public MemoryTransport(String name, int keep, long keepBytes, InstantSource clock) {
        if (keep < 1) {
            throw new IllegalArgumentException("keep is " + keep + ", at least 1 is needed");
        }
        this.name = "memory:" + Objects.requireNonNull(name, "name");
        this.keep = keep;
        this.keepBytes = keepBytes;
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /**
     * One mail that was sent, to one or more recipients at once.
     *
     * @param deliveryIds in the order of the envelope's recipients
     * @param messageIdHeader with angle brackets
     * @param content the complete mail with CRLF line ends
     */
    public record Sent(
            MessageId messageId,
            Envelope envelope,
            List<Long> deliveryIds,
            String messageIdHeader,
            Bytes content,
            Instant time) {
        public Sent {
            deliveryIds = List.copyOf(deliveryIds);
        }

        /** Id, size and time; addresses are personal data. */
        @Override
        public String toString() {
            return "Sent[" + messageId + ", recipients=" + deliveryIds.size() + ", bytes=" + content.length() + ", "
                    + time + "]";
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public TransportCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public Outcome sendOne(Submission submission) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try {
            submission.writeTo(content, WireCapabilities.FULL);
        } catch (IOException | UncheckedIOException | MailerException e) {
            return Outcome.deferred(
                    Outcome.Scope.MESSAGE,
                    Failure.builder("message-unreadable", Phase.DATA)
                            .text(String.valueOf(e.getMessage()))
                            .retryable()
                            .build(),
                    null);
        }
        keep(new Sent(
                submission.messageId(),
                new Envelope(
                        submission.sender(),
                        submission.recipients().stream().map(Recipient::address).toList()),
                submission.recipients().stream().map(Recipient::deliveryId).toList(),
                submission.messageIdHeader(),
                Bytes.wrap(content.toByteArray()),
                clock.instant()));
        return Outcome.accepted("kept in memory", null);
    }

    /** The mails that are kept, oldest first; a copy. */
    public List<Sent> sent() {
        lock.lock();
        try {
            return List.copyOf(kept);
        } finally {
            lock.unlock();
        }
    }

    /** How many mails were sent since the start or the last {@link #clear}, kept or not. */
    public long count() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets all mails and counts from 0. */
    public void clear() {
        lock.lock();
        try {
            kept.clear();
            bytes = 0;
            count = 0;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until {@link #count} is at least {@code n}; false when that took longer than {@code timeout}. */
    public boolean awaitCount(long n, Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (count < n) {
                if (left <= 0) {
                    return false;
                }
                left = arrived.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void keep(Sent sent) {
        lock.lock();
        try {
            kept.addLast(sent);
            bytes += sent.content().length();
            while (kept.size() > keep || (bytes > keepBytes && kept.size() > 1)) {
                bytes -= kept.removeFirst().content().length();
            }
            count++;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
