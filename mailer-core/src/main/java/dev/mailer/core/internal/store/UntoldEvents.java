// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.time.Duration;
import java.time.Instant;

/**
 * What webhooks are still to be told, and retention therefore leaves for a while: longer than it is tried to tell an event. Found among the
 * oldest alone, so that what waits for one webhook in masses costs retention no more than that.
 */
public final class UntoldEvents {
    private static final Duration LONGEST = Duration.ofDays(2);
    /** Of those that are old enough so many are looked at for each that may go. */
    private static final int LOOKED_AT = 2;

    static final String WAITS = "select 1 from mailer_event e join mailer_webhook w on w.tenant_id = e.tenant_id"
            + " join mailer_webhook_delivery d on d.webhook_id = w.id and d.event_id = e.id"
            + " where w.enabled >= 0 and d.due_at is not null and ";

    private UntoldEvents() {}

    /** The end of what goes whether it waits or not, where {@code before} is that of what may go. */
    public static Instant keptFrom(Instant before) {
        return before.minus(LONGEST);
    }

    static int lookedAt(int limit) {
        return limit * LOOKED_AT;
    }

    /** Those of the messages of a search that nothing waits of. */
    static String withoutMessages(String old) {
        return "select found.id from (" + old + ") found where (" + WAITS
                + "e.message_id = found.id limit 1) is null order by found.id limit :most";
    }

    /** Those of the changes of a search whose events do not wait. */
    static String withoutChanges(String old) {
        return "select found.id, found.event_id from (" + old + ") found where (" + WAITS
                + "e.id = found.event_id limit 1) is null order by found.id limit ?";
    }
}
