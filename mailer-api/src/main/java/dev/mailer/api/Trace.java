// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message's timeline: its status and its events, oldest first; of more than 1,000, the first and the newest 500. The event of an attempt
 * tells in its {@link MailEvent#detail details}, as far as the transport does, the way that it took and why ({@code route}, {@code via},
 * {@code failedOver}), the peer ({@code remoteHost}), the connection ({@code connection}, {@code tls}), and what was said, without the local
 * parts of addresses ({@code transcript}).
 *
 * @param omitted how many events there are between the first and the newest that are shown; 0 where all are
 * @param hits how often the mail was opened and clicked, of all its recipients and by all its events, also by those that are not shown
 * @param holds what keeps deliveries back now, beside their own retry time
 * @param told which webhooks were told of the events, or are to be; the first {@value #MOST_TOLD}
 */
public record Trace(
        MessageStatus status, List<MailEvent> events, long omitted, HitCounts hits, List<Hold> holds, List<Told> told) {
    /** Most entries of {@link #told}: {@value}. */
    public static final int MOST_TOLD = 1_000;

    public Trace {
        events = List.copyOf(events);
        holds = List.copyOf(holds);
        told = List.copyOf(told);
    }

    /** The whole timeline of a mail that nothing keeps back, and nobody is told of. */
    public Trace(MessageStatus status, List<MailEvent> events) {
        this(status, events, 0, HitCounts.of(events), List.of(), List.of());
    }

    /**
     * Why a delivery is not tried.
     *
     * @param reason for people
     * @param until null when that is not known, as where an operator stopped its queue
     */
    public record Hold(
            long deliveryId, String reason, @Nullable Instant until) {}

    /**
     * How far a webhook was told of an event.
     *
     * @param event the id of the event
     * @param webhook the id of the webhook
     * @param state {@code waiting}, {@code delivered}, {@code dead} or {@code held}; more may come
     * @param at of the last attempt; when it began to wait where there was none
     * @param attempts in all
     * @param status of HTTP, of the last answer; 0 when there was none
     * @param result of the last attempt in one word, such as {@code delivered}, {@code status} or {@code timeout}; null before the first
     * @param nextAttemptAt null unless it waits
     */
    public record Told(
            long event,
            String webhook,
            String state,
            Instant at,
            int attempts,
            int status,
            @Nullable String result,
            @Nullable Instant nextAttemptAt) {}
}
