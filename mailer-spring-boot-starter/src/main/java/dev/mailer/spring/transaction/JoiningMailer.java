// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import dev.mailer.api.CancelResult;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.Outbox;
import dev.mailer.api.Page;
import dev.mailer.api.SendResult;
import dev.mailer.api.Trace;
import dev.mailer.api.spi.DeliveryReports;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.PersonalRecords;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A mailer whose {@code send} and {@code sendAll} join the transaction that Spring manages on the calling thread, when it is one on the
 * DataSource that the ledger is in: the mail is accepted by its commit, and a rollback leaves nothing. Without such a transaction, and in
 * callbacks behind its end, they are those of the mailer itself; all other methods always are. Thread-safe.
 */
public final class JoiningMailer implements MailerEngine {
    private final MailerEngine mailer;
    private final CurrentTransaction transaction;

    private JoiningMailer(MailerEngine mailer, CurrentTransaction transaction) {
        this.mailer = mailer;
        this.transaction = transaction;
    }

    /** Makes a mailer join; closing it closes the one given. */
    public static JoiningMailer of(MailerEngine mailer, DataSource source) {
        return new JoiningMailer(mailer, new CurrentTransaction(mailer, source));
    }

    /** Tells the end of a transaction early, see {@link CommitWatch}. */
    public CommitWatch commitWatch() {
        return transaction.commitWatch();
    }

    /**
     * As that of the mailer, in the current transaction where there is one.
     *
     * @throws org.springframework.transaction.IllegalTransactionStateException the transaction is read-only
     * @throws org.springframework.transaction.TransactionTimedOutException the transaction's time is over
     */
    @Override
    public SendResult send(Email email) {
        Outbox joined = transaction.outbox();
        return joined == null ? mailer.send(email) : joined.send(email);
    }

    @Override
    public List<SendResult> sendAll(List<Email> emails) {
        Outbox joined = emails.isEmpty() ? null : transaction.outbox();
        return joined == null ? mailer.sendAll(emails) : joined.sendAll(emails);
    }

    @Override
    public Outbox in(Connection connection) {
        return mailer.in(connection);
    }

    @Override
    public @Nullable CancelResult cancel(MessageId id) {
        return mailer.cancel(id);
    }

    @Override
    public @Nullable MessageStatus find(MessageId id) {
        return mailer.find(id);
    }

    @Override
    public @Nullable Email email(MessageId id) {
        return mailer.email(id);
    }

    @Override
    public Page<MessageStatus> list(MessageQuery query) {
        return mailer.list(query);
    }

    @Override
    public @Nullable Trace trace(MessageId id) {
        return mailer.trace(id);
    }

    @Override
    public @Nullable MessageStatus await(MessageId id, Duration timeout) {
        return mailer.await(id, timeout);
    }

    @Override
    public void close() {
        mailer.close();
    }

    @Override
    public String storeName() {
        return mailer.storeName();
    }

    @Override
    public PersonalRecords personalData() {
        return mailer.personalData();
    }

    @Override
    public OutboxStore.@Nullable KeyState keys() {
        return mailer.keys();
    }

    @Override
    public List<String> transports() {
        return mailer.transports();
    }

    @Override
    public List<OutboxStore.Depth> depths() {
        return mailer.depths();
    }

    @Override
    public List<ParkedQueue> parkedQueues() {
        return mailer.parkedQueues();
    }

    @Override
    public void park(QueueKey queue, Instant until, String reason) {
        mailer.park(queue, until, reason);
    }

    @Override
    public void resume(QueueKey queue) {
        mailer.resume(queue);
    }

    @Override
    public boolean resolve(MessageId id, long deliveryId, DeliveryState to) {
        return mailer.resolve(id, deliveryId, to);
    }

    @Override
    public int check(Email email) {
        return mailer.check(email);
    }

    @Override
    public SuppressionStore suppressions() {
        return mailer.suppressions();
    }

    @Override
    public EventStore events() {
        return mailer.events();
    }

    @Override
    public DeliveryReports deliveryReports() {
        return mailer.deliveryReports();
    }

    @Override
    public List<HttpEndpoint> endpoints() {
        return mailer.endpoints();
    }

    @Override
    public Health health() {
        return mailer.health();
    }
}
