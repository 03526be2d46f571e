// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.Email;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.Outbox;
import dev.mailer.api.SendResult;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.QueueKey;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Accepts mail on a caller's connection; what the caller commits leaves when it says so, or is found by the next search. */
final class JoinedOutbox implements Outbox {
    /** Queues that are kept for {@link #committed}; the search finds those beyond it. */
    private static final int MAX_QUEUES = 1_000;

    private final Connection connection;
    private final MailerParts parts;
    private final Set<QueueKey> queues = new HashSet<>();
    private @Nullable RuntimeException undone;

    JoinedOutbox(Connection connection, MailerParts parts) {
        this.connection = connection;
        this.parts = parts;
    }

    @Override
    public SendResult send(Email email) {
        return sendAll(List.of(email)).get(0);
    }

    @Override
    public List<SendResult> sendAll(List<Email> emails) {
        if (undone != null) {
            throw new MailerUnavailableException(
                    "the database has rolled back the transaction of this connection, as a send before this one was told;"
                            + " roll back, and repeat the whole transaction with a new view",
                    Duration.ZERO,
                    undone);
        }
        try {
            return append(emails);
        } catch (RuntimeException e) {
            if (StoreTrouble.isUndone(e)) {
                undone = e;
            }
            throw e;
        }
    }

    private List<SendResult> append(List<Email> emails) {
        OutboxTransaction joined = parts.store().join(connection);
        List<NewMessage> messages = emails.stream()
                .map(e -> parts.acceptance().accept(e, connection))
                .toList();
        List<AppendResult> appended = joined.append(messages);
        List<SendResult> results = SendResults.of(appended);
        for (QueueKey queue : SendResults.queues(messages, appended)) {
            if (queues.size() < MAX_QUEUES) {
                queues.add(queue);
            }
        }
        parts.meters().joined(messages, appended);
        return results;
    }

    @Override
    public void committed() {
        if (!queues.isEmpty()) {
            parts.dispatcher().signal(queues);
            queues.clear();
        }
    }
}
