// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.Page;
import dev.mailer.api.UnreadableException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.OutboxTransaction.Erased;
import dev.mailer.api.spi.StoredMessage;
import dev.mailer.api.spi.WireCapabilities;
import dev.mailer.core.PersonalRecords;
import dev.mailer.core.internal.digest.AddressKeys;
import dev.mailer.core.internal.log.Causes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Exports and erases by address, in bounded steps. Thread-safe. */
final class StoredPersonalRecords implements PersonalRecords {
    /** Messages erased in one transaction. */
    private static final int BATCH = 50;
    /** How long attempts that are under way are waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration STEP = Duration.ofMillis(50);
    private static final Logger log = LoggerFactory.getLogger(StoredPersonalRecords.class);

    private final MailerParts parts;

    StoredPersonalRecords(MailerParts parts) {
        this.parts = parts;
    }

    @Override
    public void export(String tenant, String address, Consumer<ExportedMail> to) {
        MessageQuery query = MessageQuery.ofTenant(tenant).recipient(address).limit(MessageQuery.MAX_LIMIT);
        String key = AddressKeys.of(address);
        Page<MessageStatus> page = parts.store().list(query);
        while (!page.items().isEmpty()) {
            for (MessageStatus status : page.items()) {
                List<DeliveryStatus> deliveries = status.deliveries().stream()
                        .filter(d -> AddressKeys.of(d.recipient()).equals(key))
                        .toList();
                List<MailEvent> events = events(deliveries);
                to.accept(new ExportedMail(part(status, deliveries, events), events, eml(status)));
            }
            if (!page.hasMore()) {
                return;
            }
            page = parts.store()
                    .list(query.after(page.items().get(page.items().size() - 1).id()));
        }
    }

    private List<MailEvent> events(List<DeliveryStatus> deliveries) {
        List<MailEvent> all = new ArrayList<>();
        for (DeliveryStatus delivery : deliveries) {
            parts.store().eventFeed().ofDelivery(delivery.id()).forEach(all::add);
        }
        all.sort(Comparator.comparing(MailEvent::at).thenComparingLong(MailEvent::id));
        return all;
    }

    private static MessageStatus part(MessageStatus whole, List<DeliveryStatus> deliveries, List<MailEvent> events) {
        List<EventType> types = events.stream()
                .map(MailEvent::type)
                .filter(t -> t != EventType.VERDICT)
                .toList();
        return MessageStatus.builder(whole.id(), whole.acceptedAt())
                .lane(whole.tenant(), whole.stream())
                .from(whole.from())
                .subject(whole.subject())
                .messageIdHeader(whole.messageIdHeader())
                .tags(whole.tags())
                .sendAt(whole.sendAt())
                .deliveries(deliveries)
                .lastEvent(types.isEmpty() ? null : types.get(types.size() - 1))
                .build();
    }

    private @Nullable Bytes eml(MessageStatus status) {
        try {
            StoredMessage message = parts.store().load(status.id());
            if (message == null || message.content() == null) {
                return null;
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            parts.preparation().preview(message, message.content()).writeTo(out, WireCapabilities.FULL);
            return Bytes.wrap(out.toByteArray());
        } catch (IOException | UnreadableException e) {
            log.warn("the content of mail {} cannot be exported: {}", status.id(), Causes.of(e, log));
            return null;
        }
    }

    @Override
    public Erasure erase(String tenant, String address) {
        long suppressions = parts.store().suppressions().forget(tenant, address);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Sum sum = new Sum();
        pass(tenant, address, sum);
        try {
            while (sum.sending > 0 && System.nanoTime() - deadline < 0) {
                parts.settled().await(STEP);
                pass(tenant, address, sum);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // an attempt that was under way may have listed the address meanwhile
        suppressions += parts.store().suppressions().forget(tenant, address);
        return new Erasure(sum.mails, sum.cancelled, suppressions, sum.sending + sum.waiting);
    }

    private void pass(String tenant, String address, Sum sum) {
        sum.sending = 0;
        sum.waiting = 0;
        long next = 0;
        do {
            long after = next;
            Erased step = Commits.join(parts.writer()
                    .run(tx -> tx.erase(tenant, address, after, parts.clock().instant(), BATCH)));
            sum.add(step);
            next = step.next();
        } while (next > 0);
    }

    /** What all steps did, and what the last pass left. */
    private static final class Sum {
        private long mails;
        private long cancelled;
        private long sending;
        private long waiting;

        void add(Erased step) {
            mails += step.erased();
            cancelled += step.cancelled();
            sending += step.sending();
            waiting += step.waiting();
        }
    }
}
