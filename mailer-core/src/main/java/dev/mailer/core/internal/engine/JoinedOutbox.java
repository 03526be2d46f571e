// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.Email;
import dev.mailer.api.Outbox;
import dev.mailer.api.SendResult;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import java.sql.Connection;
import java.util.List;

/** Accepts mail on a caller's connection; what the caller commits is found by the next search. */
record JoinedOutbox(Connection connection, OutboxStore store, Acceptance acceptance, EngineMeters meters)
        implements Outbox {
    @Override
    public SendResult send(Email email) {
        return sendAll(List.of(email)).get(0);
    }

    @Override
    public List<SendResult> sendAll(List<Email> emails) {
        List<NewMessage> messages =
                emails.stream().map(e -> acceptance.accept(e, connection)).toList();
        List<AppendResult> appended = store.join(connection).append(messages);
        List<SendResult> results = SendResults.of(appended);
        meters.joined(messages, appended);
        return results;
    }
}
