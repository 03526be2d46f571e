// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.Page;
import dev.mailer.api.spi.ContentStore;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.FieldCipher;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.StoredMessage;
import dev.mailer.api.spi.Subscriptions;
import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.api.spi.TokenKeyStore;
import dev.mailer.api.spi.WebhookStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The ledger on a relational database. What runs for every mail is plain JDBC, prepared once and batched; all else is JDBI. */
public final class JdbcOutboxStore implements OutboxStore {
    private final Database database;
    private final Ledger ledger;
    private final @Nullable KeyRotation rotation;
    private final InstantSource clock;
    private final StoreTime time;
    private final MessageReads messages;
    private final QueueReads queues;
    private final JdbcContentStore contents;
    private final JdbcSuppressionStore suppressions;
    private final JdbcEventStore events;
    private final JdbcTokenKeys tokenKeys;
    private final JdbcWebhookStore webhooks;
    private final JdbcSubscriptions subscriptions;

    /** @param rotation null where nothing is encrypted */
    JdbcOutboxStore(Database database, Ledger ledger, @Nullable KeyRotation rotation, InstantSource clock) {
        this.database = database;
        this.ledger = ledger;
        this.rotation = rotation;
        this.clock = clock;
        this.messages = new MessageReads(database, ledger);
        this.queues = new QueueReads(database, ledger);
        this.time = new StoreTime(ledger.dialect, clock);
        this.contents = new JdbcContentStore(database, ledger, time);
        this.suppressions = new JdbcSuppressionStore(database, ledger);
        this.events = new JdbcEventStore(database, ledger);
        this.tokenKeys = new JdbcTokenKeys(database, ledger, clock);
        this.webhooks = new JdbcWebhookStore(database, ledger, messages);
        this.subscriptions = new JdbcSubscriptions(database, ledger, suppressions);
    }

    /** Shows the use of a pool that is the store's own; a host's pool is the host's to show. */
    public void bindTo(MeterRegistry meters) {
        database.bindTo(meters);
    }

    @Override
    public String name() {
        return ledger.dialect.name();
    }

    @Override
    public <R extends @Nullable Object> R transact(Function<OutboxTransaction, R> work) {
        try {
            return database.write(statements -> work.apply(new JdbcTransaction(statements, ledger)));
        } catch (SQLException e) {
            throw Failures.unavailable("commit", e);
        }
    }

    @Override
    public OutboxTransaction join(Connection host) {
        if (ledger.dialect.isSingleProcess()) {
            throw new UnsupportedOperationException("a ledger in " + name()
                    + " has its file for itself, so it cannot join a transaction on a connection; use a store in the caller's"
                    + " database");
        }
        if (Failures.translate("join a transaction", host::getAutoCommit)) {
            throw new IllegalStateException("the connection is in auto-commit mode, so there is no transaction to join;"
                    + " call setAutoCommit(false) first, and commit() behind it");
        }
        return JdbcTransaction.ofHost(new Statements(host), ledger);
    }

    @Override
    public FieldCipher cipher() {
        return ledger.cipher;
    }

    @Override
    public NewMessage seal(NewMessage message) {
        return ledger.cipher.isOn() ? message.withSealed(SealedMessage.of(ledger.cipher, message)) : message;
    }

    @Override
    public boolean rotateKeys() {
        KeyRotation keys = rotation;
        return keys != null && Failures.translate("wrap keys again", keys::step);
    }

    @Override
    public @Nullable KeyState keys() {
        return rotation == null ? null : rotation.state();
    }

    @Override
    public void register(Lane lane) {
        Failures.translate(
                "register a stream",
                () -> database.write(statements -> {
                    if (ledger.lanes.find(statements, lane) == null) {
                        LaneRows.insert(statements, ledger, lane, clock.instant());
                    }
                    return lane;
                }));
    }

    @Override
    public List<QueueKey> readyQueues(Lane lane, @Nullable String after, int limit) {
        return queues.ready(lane, after, limit);
    }

    @Override
    public List<Lane> readyLanes() {
        return queues.readyLanes();
    }

    @Override
    public List<ParkedQueue> parkedSince(Instant since) {
        return queues.parkedSince(since);
    }

    @Override
    public @Nullable Instant nextDue() {
        return queues.nextDue();
    }

    @Override
    public boolean hasAlone(Instant now) {
        return queues.hasAlone(now);
    }

    @Override
    public List<Depth> depths() {
        return queues.depths(now());
    }

    @Override
    public List<StoredMessage> load(Collection<Long> messageKeys) {
        return messages.load(messageKeys);
    }

    @Override
    public @Nullable StoredMessage load(MessageId id) {
        return messages.load(id);
    }

    @Override
    public @Nullable MessageStatus find(MessageId id) {
        return messages.find(id);
    }

    @Override
    public Page<MessageStatus> list(MessageQuery query) {
        return messages.list(query);
    }

    @Override
    public List<MailEvent> events(MessageId id) {
        return events.of(id);
    }

    @Override
    public long countEvents(MessageId id) {
        return events.count(id);
    }

    @Override
    public Instant now() {
        return time.isNodes() ? clock.instant() : Failures.translate("tell the time", () -> database.read(time::now));
    }

    @Override
    public ContentStore contents() {
        return contents;
    }

    @Override
    public SuppressionStore suppressions() {
        return suppressions;
    }

    @Override
    public EventStore eventFeed() {
        return events;
    }

    @Override
    public Subscriptions subscriptions() {
        return subscriptions;
    }

    @Override
    public TokenKeyStore tokenKeys() {
        return tokenKeys;
    }

    @Override
    public WebhookStore webhooks() {
        return webhooks;
    }

    @Override
    public void close() {
        database.close();
    }
}
