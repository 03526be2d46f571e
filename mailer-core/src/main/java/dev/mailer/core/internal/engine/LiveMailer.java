// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.Address;
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
import dev.mailer.api.spi.DeliveryReports;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.SiteState;
import dev.mailer.api.spi.StoredMessage;
import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.api.spi.TlsCount;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.PersonalRecords;
import dev.mailer.core.TokenKeys;
import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The mailer at work. */
final class LiveMailer implements MailerEngine {
    /** Counting what waits costs more the more waits, so an answer holds for a while. */
    private static final Duration DEPTHS_AGE = Duration.ofSeconds(5);

    /** For callers that mean "for ever", which a count of nanoseconds cannot hold. */
    private static final Duration LONGEST_AWAIT = Duration.ofDays(36_500);

    /** A commit that takes longer is told by the health. */
    private static final Duration SLOW_COMMIT = Duration.ofSeconds(5);

    private static final Duration AWAIT_STEP = Duration.ofMillis(20);

    private final MailerParts parts;
    private final PersonalRecords personalData;
    private final Timeline timeline;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Counted lastCount;

    LiveMailer(MailerParts parts) {
        this.parts = parts;
        this.personalData = new StoredPersonalRecords(parts);
        this.timeline = new Timeline(parts.store(), parts.parked(), parts.routes());
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
        List<AppendResult> appended = Commits.join(parts.writer().append(messages));
        KillPoint.AFTER_APPEND.pass();
        if (appended.size() == 1) {
            span.detail("message.id", appended.get(0).id().toString());
        }
        signal(messages, appended);
        parts.meters().submitted(messages, appended);
        return SendResults.of(appended);
    }

    /** Attachments that are stored for the check are swept like those of an upload that was not finished. */
    @Override
    public int check(Email email) {
        NewMessage message = parts.acceptance().accept(email, null);
        SuppressionStore list = suppressions();
        Instant now = now();
        int suppressed = 0;
        for (Address recipient : email.recipients()) {
            if (list.find(message.lane().tenant(), message.lane().stream(), recipient.key(), now) != null) {
                suppressed++;
            }
        }
        return suppressed;
    }

    @Override
    public Outbox in(Connection connection) {
        return new JoinedOutbox(connection, parts);
    }

    @Override
    public @Nullable CancelResult cancel(MessageId id) {
        return Commits.joinNullable(parts.writer().run(tx -> tx.cancel(id, now())));
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
        return timeline.of(id);
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
    public List<SiteState> sites() {
        return parts.routes().outlets().stream()
                .flatMap(o -> o.transport().sites().stream())
                .sorted(Comparator.comparing(SiteState::transport).thenComparing(SiteState::site))
                .toList();
    }

    @Override
    public boolean releaseSite(String site) {
        boolean released = false;
        for (Outlet outlet : parts.routes().outlets()) {
            released |= outlet.transport().releaseSite(site);
        }
        // also where it was released before: what met the suspension at that moment may rest since
        if (released || sites().stream().anyMatch(s -> s.site().equals(site))) {
            // a transport does not tell which domains a site has; what has to wait for another reason rests again after
            // one try
            parts.dispatcher().signal(parts.parked().wakeAll());
        }
        return released;
    }

    @Override
    public List<TlsCount> tlsCounts() {
        return parts.routes().outlets().stream()
                .flatMap(o -> o.transport().tlsCounts().stream())
                .sorted(Comparator.comparing(TlsCount::day)
                        .thenComparing(TlsCount::domain)
                        .thenComparing(TlsCount::policy))
                .toList();
    }

    @Override
    public List<String> tenants() {
        return parts.acceptance().tenants();
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
        for (RoutedClaim r : parts.dispatcher().withdraw(queue)) {
            parts.writer().settle(parts.rules().release(r.claim(), r.node(), now), () -> {});
        }
    }

    @Override
    public void resume(QueueKey queue) {
        parts.parked().wake(queue);
        setParked(new ParkedQueue(queue, now(), "", 0));
        parts.dispatcher().signal(List.of(queue));
    }

    @Override
    public boolean resolve(MessageId id, long deliveryId, DeliveryState to) {
        return Commits.join(parts.writer().run(tx -> tx.resolve(id, deliveryId, to, now())));
    }

    @Override
    public SuppressionStore suppressions() {
        return parts.store().suppressions();
    }

    @Override
    public PersonalRecords personalData() {
        return personalData;
    }

    @Override
    public OutboxStore.@Nullable KeyState keys() {
        return parts.store().keys();
    }

    @Override
    public TokenKeys tokenKeys() {
        return parts.tokens();
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
    public <P extends MailerPlugin> @Nullable P plugin(Class<P> type) {
        for (MailerPlugin plugin : parts.plugins()) {
            if (type.isInstance(plugin)) {
                return type.cast(plugin);
            }
        }
        return null;
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
        boolean hanging = parts.writer().waiting().compareTo(SLOW_COMMIT) > 0;
        String problem = null;
        if (closed.get()) {
            problem = "the mailer is closed";
        } else if (!writing || !working) {
            problem = "a thread of the mailer has ended, the log says why; restart the process";
        } else if (trouble != null) {
            problem = trouble;
        } else if (hanging) {
            problem = "the store has not answered for more than " + SLOW_COMMIT.toSeconds() + " s";
        } else if (!leased) {
            problem = "this node's lease has run out";
        } else if (!open.isEmpty()) {
            problem = "circuits are open: " + open;
        } else if (!parts.routes().anyWorking()) {
            problem = "no transport has ever worked, the log says why";
        }
        return new Health(
                writing && trouble == null && !hanging && !closed.get(),
                leased && working && parts.routes().anyWorking(),
                problem,
                parts.meters().oldestReady(),
                open,
                PluginConditions.of(parts.plugins()));
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            new Closing(parts).run();
        }
    }

    private void setParked(ParkedQueue p) {
        Commits.join(parts.writer().run(tx -> {
            tx.park(p, now());
            return true;
        }));
        parts.parked().put(p);
    }

    private void signal(List<NewMessage> messages, List<AppendResult> appended) {
        List<QueueKey> queues = SendResults.queues(messages, appended);
        if (!queues.isEmpty()) {
            parts.dispatcher().signal(queues);
        }
    }

    private Instant now() {
        return parts.clock().instant();
    }
}
