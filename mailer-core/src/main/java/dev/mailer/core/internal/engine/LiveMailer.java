// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.CancelResult;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.Outbox;
import dev.mailer.api.Page;
import dev.mailer.api.SendResult;
import dev.mailer.api.Trace;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.DeliveryReports;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.StoredMessage;
import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.internal.log.Causes;
import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mailer at work. */
final class LiveMailer implements MailerEngine {
    private static final Logger log = LoggerFactory.getLogger(LiveMailer.class);
    /** How long a caller waits for a commit. */
    private static final Duration COMMIT_PATIENCE = Duration.ofSeconds(30);
    /** How long threads may take to end after their transports were closed. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(4);
    /** Counting what waits costs more the more waits, so an answer holds for a while. */
    private static final Duration DEPTHS_AGE = Duration.ofSeconds(5);

    /** For callers that mean "for ever", which a count of nanoseconds cannot hold. */
    private static final Duration LONGEST_AWAIT = Duration.ofDays(36_500);

    private static final Duration AWAIT_STEP = Duration.ofMillis(20);

    private final MailerParts parts;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Counted lastCount;

    LiveMailer(MailerParts parts) {
        this.parts = parts;
    }

    @Override
    public SendResult send(Email email) {
        return sendAll(List.of(email)).get(0);
    }

    @Override
    public List<SendResult> sendAll(List<Email> emails) {
        if (emails.isEmpty()) {
            return List.of();
        }
        GuardedSpan span = parts.meters().submission(emails);
        Throwable thrown = null;
        try {
            return submit(emails, span);
        } catch (RuntimeException | Error e) {
            thrown = e;
            throw e;
        } finally {
            span.end(thrown);
        }
    }

    private List<SendResult> submit(List<Email> emails, GuardedSpan span) {
        List<NewMessage> messages =
                emails.stream().map(e -> parts.acceptance().accept(e, null)).toList();
        KillPoint.BEFORE_APPEND.pass();
        List<AppendResult> appended = join(parts.writer().append(messages));
        KillPoint.AFTER_APPEND.pass();
        if (appended.size() == 1) {
            span.detail("message.id", appended.get(0).id().toString());
        }
        signal(messages, appended);
        parts.meters().submitted(messages, appended);
        return SendResults.of(appended);
    }

    @Override
    public Outbox in(Connection connection) {
        return new JoinedOutbox(connection, parts.store(), parts.acceptance(), parts.meters());
    }

    @Override
    public @Nullable CancelResult cancel(MessageId id) {
        return joinNullable(parts.writer().run(tx -> tx.cancel(id, now())));
    }

    @Override
    public @Nullable MessageStatus find(MessageId id) {
        return parts.store().find(id);
    }

    @Override
    public @Nullable Email email(MessageId id) {
        StoredMessage message = parts.store().load(id);
        if (message == null || message.content() == null) {
            return null;
        }
        try {
            return parts.preparation().decode(message, message.content()).email();
        } catch (IOException e) {
            throw new MailerUnavailableException(
                    "the content cannot be read: " + e.getMessage(), Duration.ofSeconds(5), e);
        }
    }

    @Override
    public Page<MessageStatus> list(MessageQuery query) {
        return parts.store().list(query);
    }

    @Override
    public @Nullable Trace trace(MessageId id) {
        MessageStatus status = find(id);
        return status == null ? null : new Trace(status, parts.store().events(id));
    }

    @Override
    public @Nullable MessageStatus await(MessageId id, Duration timeout) {
        Duration patience = timeout.compareTo(LONGEST_AWAIT) > 0 ? LONGEST_AWAIT : timeout;
        long deadline = System.nanoTime() + (patience.isNegative() ? 0 : patience.toNanos());
        try {
            while (true) {
                MessageStatus status = find(id);
                if (status == null || status.isFinal() || System.nanoTime() - deadline >= 0) {
                    return status;
                }
                parts.settled().await(AWAIT_STEP);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return find(id);
        }
    }

    @Override
    public String storeName() {
        return parts.store().name();
    }

    @Override
    public List<String> transports() {
        return parts.routes().outlets().stream()
                .map(o -> o.transport().name())
                .sorted()
                .toList();
    }

    @Override
    public List<OutboxStore.Depth> depths() {
        Counted counted = lastCount;
        if (counted == null || System.nanoTime() - counted.at() > DEPTHS_AGE.toNanos()) {
            counted = new Counted(parts.store().depths(), System.nanoTime());
            lastCount = counted;
        }
        return counted.depths();
    }

    private record Counted(List<OutboxStore.Depth> depths, long at) {}

    @Override
    public List<ParkedQueue> parkedQueues() {
        return parts.parked().all();
    }

    @Override
    public void park(QueueKey queue, Instant until, String reason) {
        setParked(new ParkedQueue(queue, until, reason, 1));
        Instant now = now();
        for (Claim c : parts.dispatcher().withdraw(queue)) {
            parts.writer().settle(parts.rules().release(c, parts.lease().node(), now), () -> {});
        }
    }

    @Override
    public void resume(QueueKey queue) {
        setParked(new ParkedQueue(queue, now(), "", 0));
        parts.dispatcher().signal(List.of(queue));
    }

    @Override
    public boolean resolve(MessageId id, long deliveryId, DeliveryState to) {
        return join(parts.writer().run(tx -> tx.resolve(id, deliveryId, to, now())));
    }

    @Override
    public SuppressionStore suppressions() {
        return parts.store().suppressions();
    }

    @Override
    public EventStore events() {
        return parts.store().eventFeed();
    }

    @Override
    public DeliveryReports deliveryReports() {
        return parts.reports();
    }

    @Override
    public List<HttpEndpoint> endpoints() {
        return parts.endpoints();
    }

    @Override
    public Health health() {
        String trouble = parts.meters().trouble();
        boolean leased = parts.lease().holds(parts.lease().node());
        List<String> open = parts.routes().outlets().stream()
                .filter(o -> o.guard().isSuspect())
                .map(o -> o.transport().name())
                .sorted()
                .toList();
        boolean writing = parts.writer().isAlive();
        boolean working = parts.dispatcher().isAlive()
                && parts.tender().isAlive()
                && parts.feed().isAlive();
        String problem = null;
        if (closed.get()) {
            problem = "the mailer is closed";
        } else if (!writing || !working) {
            problem = "a thread of the mailer has ended, the log says why; restart the process";
        } else if (trouble != null) {
            problem = trouble;
        } else if (!leased) {
            problem = "this node's lease has run out";
        } else if (!open.isEmpty()) {
            problem = "circuits are open: " + open;
        }
        return new Health(
                writing && trouble == null && !closed.get(),
                leased && working && parts.routes().anyUsable(),
                problem,
                parts.meters().oldestReady(),
                open);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        long deadline = System.nanoTime() + parts.closeTimeout().toNanos();
        boolean interrupted = Thread.interrupted();
        if (parts.store().name().equals("memory")) {
            interrupted |= closing(() -> parts.dispatcher().finishReady(deadline));
        }
        interrupted |= closing(() -> giveBackUnstarted(deadline));
        interrupted |= closing(() -> parts.dispatcher().awaitIdle(deadline));
        interrupted |= closing(() -> parts.dispatcher().stop());
        // what still hangs in a conversation is cut off here, and settled as what it is
        interrupted |= closing(() -> closeEach(
                parts.routes().outlets().stream().map(Outlet::transport).toList()));
        interrupted |= closing(() -> parts.dispatcher().awaitEnd(LAST_WORDS));
        interrupted |= closing(() -> parts.tender().stop());
        interrupted |= closing(() -> parts.feed().stop());
        interrupted |= closing(() -> parts.tender().unregister());
        parts.writer().close(Duration.ofNanos(Math.max(Duration.ofSeconds(1).toNanos(), deadline - System.nanoTime())));
        List<AutoCloseable> rest = new ArrayList<>();
        for (int i = parts.plugins().size() - 1; i >= 0; i--) {
            rest.add(parts.plugins().get(i));
        }
        rest.add(parts.store());
        closeEach(rest);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void giveBackUnstarted(long deadline) {
        Instant now = now();
        for (Claim c : parts.dispatcher().stopClaiming(deadline)) {
            parts.writer().settle(parts.rules().release(c, parts.lease().node(), now), () -> {});
        }
    }

    /** One step of closing; the next ones follow whatever becomes of it. Returns whether the thread was interrupted meanwhile. */
    private static boolean closing(ClosingStep step) {
        try {
            step.run();
            return false;
        } catch (InterruptedException e) {
            return true;
        } catch (RuntimeException e) {
            log.warn(
                    "the mailer did not close cleanly; what it held is taken over when its lease ends: {}",
                    Causes.of(e, log));
            return false;
        }
    }

    /** A step of closing. */
    @FunctionalInterface
    private interface ClosingStep {
        void run() throws InterruptedException;
    }

    private static void closeEach(List<? extends AutoCloseable> all) {
        for (AutoCloseable c : all) {
            try {
                c.close();
            } catch (Exception e) {
                log.warn("{} failed to close: {}", c, Causes.of(e, log));
            }
        }
    }

    private void setParked(ParkedQueue p) {
        join(parts.writer().run(tx -> {
            tx.park(p, now());
            return true;
        }));
        parts.parked().put(p);
    }

    private void signal(List<NewMessage> messages, List<AppendResult> appended) {
        List<QueueKey> queues = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            NewMessage m = messages.get(i);
            if (appended.get(i).kind() == AppendResult.Kind.ACCEPTED) {
                m.deliveries().forEach(d -> queues.add(new QueueKey(m.lane(), d.domain())));
            }
        }
        if (!queues.isEmpty()) {
            parts.dispatcher().signal(queues);
        }
    }

    private Instant now() {
        return parts.clock().instant();
    }

    static <R extends @Nullable Object> R write(LedgerWriter writer, Function<OutboxTransaction, R> step) {
        return join(writer.run(step));
    }

    private static <R extends @Nullable Object> R join(CompletableFuture<R> future) {
        await(future);
        return future.join();
    }

    private static <R> @Nullable R joinNullable(CompletableFuture<@Nullable R> future) {
        await(future);
        return future.join();
    }

    /** Until it is done well; a store that hangs must not take every thread of the caller's with it. */
    private static void await(CompletableFuture<?> future) {
        try {
            future.get(COMMIT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw rethrow(e);
        } catch (TimeoutException e) {
            throw new MailerUnavailableException(
                    "the store has not committed within " + COMMIT_PATIENCE.toSeconds()
                            + " s and may still do so; repeat with the same idempotency key",
                    Duration.ofSeconds(10),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MailerUnavailableException(
                    "interrupted while waiting for the commit, which may still happen; repeat with the same idempotency key",
                    Duration.ZERO,
                    e);
        }
    }

    /** What failed on the writer's thread, as it was thrown there. */
    private static RuntimeException rethrow(ExecutionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
            return cause;
        }
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(e.getCause());
    }
}
