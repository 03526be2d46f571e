// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.Failure;
import dev.mailer.api.MailEvent;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened, on a mail's timeline or in the feed.
 *
 * @param detail in order of name
 */
record EventView(
        long id,
        String type,
        Instant createdAt,
        @Nullable String emailId,
        @Nullable String stream,
        @Nullable String to,
        @Nullable Long deliveryId,
        @Nullable Integer attempt,
        @Nullable String transport,
        @Nullable String reason,
        @Nullable String phase,
        @Nullable Boolean retryable,
        @Nullable Integer code,
        @Nullable String enhancedCode,
        @Nullable String text,
        @Nullable String remoteHost,
        Map<String, String> detail) {

    static EventView of(MailEvent event) {
        Failure f = event.failure();
        EmailView.Reason reason = EmailView.Reason.of(f);
        return new EventView(
                event.id(),
                EmailView.word(event.type()),
                event.at(),
                event.messageId() == null ? null : event.messageId().toString(),
                event.stream(),
                event.recipient(),
                event.deliveryId() == 0 ? null : (Long) event.deliveryId(),
                event.attempt() == 0 ? null : (Integer) event.attempt(),
                event.transport(),
                reason == null ? null : reason.reason(),
                reason == null ? null : reason.phase(),
                reason == null ? null : (Boolean) reason.retryable(),
                reason == null ? null : reason.code(),
                reason == null ? null : reason.enhancedCode(),
                reason == null ? null : reason.text(),
                reason == null ? null : reason.remoteHost(),
                new TreeMap<>(event.detail()));
    }
}
