// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a site is slowed down now.
 *
 * @param site its name
 * @param suspendedUntil nothing is sent before; null when it is not suspended
 * @param connections most at once, at least 1; {@link Integer#MAX_VALUE} when that is not lowered
 * @param loweredUntil end of the lower number; null when it is not lowered
 * @param rule that was applied last
 * @param reply that it was applied to, or what took how long
 */
public record SiteShape(
        String site,
        @Nullable Instant suspendedUntil,
        int connections,
        @Nullable Instant loweredUntil,
        String rule,
        String reply) {
    public static SiteShape free(String site) {
        return new SiteShape(site, null, Integer.MAX_VALUE, null, "", "");
    }

    public boolean isSuspended() {
        return suspendedUntil != null;
    }

    boolean isFree() {
        return suspendedUntil == null && loweredUntil == null;
    }

    /** The time from which on it is free, if nothing more happens; the beginning of time when it is. */
    Instant end() {
        Instant a = suspendedUntil == null ? Instant.MIN : suspendedUntil;
        Instant b = loweredUntil == null ? Instant.MIN : loweredUntil;
        return a.isAfter(b) ? a : b;
    }

    /** Without what has expired. */
    SiteShape at(Instant now) {
        boolean suspended = suspendedUntil != null && now.isBefore(suspendedUntil);
        boolean lowered = loweredUntil != null && now.isBefore(loweredUntil);
        return new SiteShape(
                site,
                suspended ? suspendedUntil : null,
                lowered ? connections : Integer.MAX_VALUE,
                lowered ? loweredUntil : null,
                suspended || lowered ? rule : "",
                suspended || lowered ? reply : "");
    }

    /** The longer time and the lower number count. */
    SiteShape with(ShapingRule applied, String to, int used, Instant now) {
        Instant until = now.plus(applied.action().time());
        return applied.action().isSuspension()
                ? new SiteShape(site, later(suspendedUntil, until), connections, loweredUntil, applied.text(), to)
                : new SiteShape(
                        site,
                        suspendedUntil,
                        Math.min(connections, applied.action().most(used)),
                        later(loweredUntil, until),
                        applied.text(),
                        to);
    }

    private static Instant later(@Nullable Instant a, Instant b) {
        return a != null && a.isAfter(b) ? a : b;
    }
}
