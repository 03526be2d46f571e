// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.IdempotencyConflictException;
import dev.mailer.api.SendResult;
import dev.mailer.api.spi.AppendResult;
import java.util.List;

/** What the caller learns of an append. */
final class SendResults {
    private SendResults() {}

    static List<SendResult> of(List<AppendResult> appended) {
        return appended.stream().map(SendResults::of).toList();
    }

    private static SendResult of(AppendResult r) {
        return switch (r.kind()) {
            case ACCEPTED -> SendResult.accepted(r.id(), r.suppressed());
            case DUPLICATE -> SendResult.duplicateOf(r.id());
            case CONFLICT -> throw new IdempotencyConflictException(r.id());
        };
    }
}
