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
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The mailer at work. */
final class LiveMailer implements MailerEngine {
    /** For callers that mean "for ever", which a count of nanoseconds cannot hold. */
    private static final Duration LONGEST_AWAIT = Duration.ofDays(36_500);

    private static final Duration AWAIT_STEP = Duration.ofMillis(20);

    private final MailerParts parts;
    private final PersonalRecords personalData;
    private final Timeline timeline;
    private final QueueDepths depths;
    private final Parkings parkings;
    private final Sites sites;
    private final HealthReport health;
    private final AtomicBoolean closed = new AtomicBoolean();

    LiveMailer(MailerParts parts) {
        this.parts = parts;
        this.personalData = new StoredPersonalRecords(parts);
        this.timeline = new Timeline(parts.store(), parts.parked(), parts.routes());
        this.depths = new QueueDepths(parts.store());
        this.parkings = new Parkings(parts);
        this.sites = new Sites(parts.routes(), parts.parked(), parts.dispatcher());
        this.health = new HealthReport(parts);
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
        return sites.all();
    }

    @Override
    public boolean releaseSite(String site) {
        return sites.release(site);
    }

    @Override
    public List<TlsCount> tlsCounts() {
        return sites.tlsCounts();
    }

    @Override
    public List<String> tenants() {
        return parts.acceptance().tenants();
    }

    @Override
    public List<OutboxStore.Depth> depths() {
        return depths.latest();
    }

    @Override
    public List<ParkedQueue> parkedQueues() {
        return parts.parked().all();
    }

    @Override
    public void park(QueueKey queue, Instant until, String reason) {
        parkings.park(queue, until, reason);
    }

    @Override
    public void resume(QueueKey queue) {
        parkings.resume(queue);
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
    public @Nullable MessageEvents events(MessageId id) {
        return timeline.events(id);
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
        return health.report(closed.get());
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            new Closing(parts).run();
        }
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
