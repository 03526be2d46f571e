// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message's timeline: its status and every event, oldest first. The event of an attempt tells in its {@link MailEvent#detail details}, as
 * far as the transport does, the way that it took and why ({@code route}, {@code via}, {@code failedOver}), the peer ({@code remoteHost}),
 * the connection ({@code connection}, {@code tls}), and what was said, without the local parts of addresses ({@code transcript}).
 *
 * @param holds what keeps deliveries back now, beside their own retry time
 */
public record Trace(MessageStatus status, List<MailEvent> events, List<Hold> holds) {
    public Trace {
        events = List.copyOf(events);
        holds = List.copyOf(holds);
    }

    /** A timeline of a mail that nothing keeps back. */
    public Trace(MessageStatus status, List<MailEvent> events) {
        this(status, events, List.of());
    }

    /**
     * Why a delivery is not tried.
     *
     * @param reason for people
     * @param until null when that is not known, as where an operator stopped its queue
     */
    public record Hold(
            long deliveryId, String reason, @Nullable Instant until) {}
}
