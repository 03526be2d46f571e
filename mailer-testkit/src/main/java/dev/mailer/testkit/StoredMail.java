// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.Page;
import dev.mailer.core.MailerEngine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The mail of all tenants of a mailer. */
final class StoredMail {
    private final MailerEngine mailer;

    StoredMail(MailerEngine mailer) {
        this.mailer = mailer;
    }

    /** Messages with a delivery in this state. */
    List<MessageStatus> in(DeliveryState state) {
        return all(query -> query.state(state));
    }

    /** Deliveries in this state, of messages that came behind a mark. */
    long count(DeliveryState state, Mark mark) {
        return in(state).stream()
                .filter(m -> !mark.isBehind(m.id()))
                .flatMap(m -> m.deliveries().stream())
                .filter(d -> d.state() == state)
                .count();
    }

    /** Up to where the ledger is filled by a clock that has come to {@code now}. */
    Mark mark(Instant now) {
        Instant later = now.plusMillis(1);
        MessageId newest = null;
        for (String tenant : mailer.tenants()) {
            MessageQuery last = MessageQuery.ofTenant(tenant).until(later).limit(1);
            for (MessageStatus message : mailer.list(last).items()) {
                newest = newest == null || message.id().compareTo(newest) > 0 ? message.id() : newest;
            }
        }
        Set<MessageId> ahead = new HashSet<>();
        all(query -> query.since(later)).forEach(m -> ahead.add(m.id()));
        return new Mark(newest, ahead);
    }

    private List<MessageStatus> all(UnaryOperator<MessageQuery> which) {
        List<MessageStatus> all = new ArrayList<>();
        for (String tenant : mailer.tenants()) {
            MessageQuery query = which.apply(MessageQuery.ofTenant(tenant).limit(MessageQuery.MAX_LIMIT));
            Page<MessageStatus> page = mailer.list(query);
            all.addAll(page.items());
            while (page.hasMore()) {
                page = mailer.list(
                        query.after(page.items().get(page.items().size() - 1).id()));
                all.addAll(page.items());
            }
        }
        return all;
    }

    /**
     * A place in the order of acceptance.
     *
     * @param ahead what was accepted by a clock that was ahead of this one: an earlier run's, on a database that is kept
     */
    record Mark(@Nullable MessageId newest, Set<MessageId> ahead) {
        /** Before all mail. */
        static final Mark START = new Mark(null, Set.of());

        boolean isBehind(MessageId id) {
            return newest != null && id.compareTo(newest) <= 0 || ahead.contains(id);
        }
    }
}
