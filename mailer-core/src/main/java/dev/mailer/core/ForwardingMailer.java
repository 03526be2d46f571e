// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.CancelResult;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.Experimental;
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
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.SiteState;
import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.api.spi.TlsCount;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hands every call to another mailer, for those that change what some of them do. As thread-safe as that one. */
@Experimental
public abstract class ForwardingMailer implements MailerEngine {
    /** For subclasses. */
    protected ForwardingMailer() {}

    /** The mailer that does it; asked at each call. */
    protected abstract MailerEngine engine();

    @Override
    public SendResult send(Email email) {
        return engine().send(email);
    }

    @Override
    public List<SendResult> sendAll(List<Email> emails) {
        return engine().sendAll(emails);
    }

    @Override
    public Outbox in(Connection connection) {
        return engine().in(connection);
    }

    @Override
    public @Nullable CancelResult cancel(MessageId id) {
        return engine().cancel(id);
    }

    @Override
    public @Nullable MessageStatus find(MessageId id) {
        return engine().find(id);
    }

    @Override
    public @Nullable Email email(MessageId id) {
        return engine().email(id);
    }

    @Override
    public Page<MessageStatus> list(MessageQuery query) {
        return engine().list(query);
    }

    @Override
    public @Nullable Trace trace(MessageId id) {
        return engine().trace(id);
    }

    @Override
    public @Nullable MessageStatus await(MessageId id, Duration timeout) {
        return engine().await(id, timeout);
    }

    @Override
    public void close() {
        engine().close();
    }

    @Override
    public String storeName() {
        return engine().storeName();
    }

    @Override
    public PersonalRecords personalData() {
        return engine().personalData();
    }

    @Override
    public OutboxStore.@Nullable KeyState keys() {
        return engine().keys();
    }

    @Override
    public List<String> transports() {
        return engine().transports();
    }

    @Override
    public List<SiteState> sites() {
        return engine().sites();
    }

    @Override
    public boolean releaseSite(String site) {
        return engine().releaseSite(site);
    }

    @Override
    public List<TlsCount> tlsCounts() {
        return engine().tlsCounts();
    }

    @Override
    public List<String> tenants() {
        return engine().tenants();
    }

    @Override
    public List<OutboxStore.Depth> depths() {
        return engine().depths();
    }

    @Override
    public List<ParkedQueue> parkedQueues() {
        return engine().parkedQueues();
    }

    @Override
    public void park(QueueKey queue, Instant until, String reason) {
        engine().park(queue, until, reason);
    }

    @Override
    public void resume(QueueKey queue) {
        engine().resume(queue);
    }

    @Override
    public boolean resolve(MessageId id, long deliveryId, DeliveryState to) {
        return engine().resolve(id, deliveryId, to);
    }

    @Override
    public int check(Email email) {
        return engine().check(email);
    }

    @Override
    public SuppressionStore suppressions() {
        return engine().suppressions();
    }

    @Override
    public TokenKeys tokenKeys() {
        return engine().tokenKeys();
    }

    @Override
    public @Nullable MessageEvents events(MessageId id) {
        return engine().events(id);
    }

    @Override
    public EventStore events() {
        return engine().events();
    }

    @Override
    public DeliveryReports deliveryReports() {
        return engine().deliveryReports();
    }

    @Override
    public List<HttpEndpoint> endpoints() {
        return engine().endpoints();
    }

    @Override
    public <P extends MailerPlugin> @Nullable P plugin(Class<P> type) {
        return engine().plugin(type);
    }

    @Override
    public Health health() {
        return engine().health();
    }
}
