// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.internal.verdict;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody fetched the pixel or followed a link.
 *
 * @param id unique among all hits
 * @param link the number of the link within the mail, from 1; 0 for the pixel and the trap
 * @param sentAt when the mail was sent or, where that is not known, accepted
 * @param head only the header was asked for
 * @param purpose what the header says that it is for, such as {@code prefetch}; null where it says nothing
 * @param address without a port; null where it is not kept
 */
public record Hit(
        String id,
        Kind kind,
        long deliveryId,
        int link,
        Instant sentAt,
        Instant at,
        boolean head,
        @Nullable String purpose,
        @Nullable String userAgent,
        @Nullable String address) {
    /** What was fetched. */
    public enum Kind {
        OPEN,
        CLICK,
        /** A link that nobody sees. */
        TRAP
    }
}
