// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.IdempotencyConflictException;
import dev.mailer.api.SendResult;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.QueueKey;
import java.util.ArrayList;
import java.util.List;

/** What the caller learns of an append. */
final class SendResults {
    private SendResults() {}

    static List<SendResult> of(List<AppendResult> appended) {
        return appended.stream().map(SendResults::of).toList();
    }

    /** The queues that have something new. */
    static List<QueueKey> queues(List<NewMessage> messages, List<AppendResult> appended) {
        List<QueueKey> queues = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            NewMessage m = messages.get(i);
            if (appended.get(i).kind() == AppendResult.Kind.ACCEPTED) {
                m.deliveries().forEach(d -> queues.add(new QueueKey(m.lane(), d.domain())));
            }
        }
        return queues;
    }

    private static SendResult of(AppendResult r) {
        return switch (r.kind()) {
            case ACCEPTED -> SendResult.accepted(r.id(), r.suppressed());
            case DUPLICATE -> SendResult.duplicateOf(r.id());
            case CONFLICT -> throw new IdempotencyConflictException(r.id());
        };
    }
}
