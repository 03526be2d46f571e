// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.EventType;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.DeliveryReports.Result;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.OutboxTransaction.Unmailable;
import dev.mailer.api.spi.Settlement;
import dev.mailer.api.spi.SuppressionStore.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts recipients on the suppression list by the outcomes of their mail, in the transaction that stores these. Costs nothing where no
 * outcome says so. Immutable.
 *
 * @param bounces how long bounces count
 * @param complaints how long complaints do
 */
public record SuppressionRules(Term bounces, Term complaints) {
    /** Nobody is listed. */
    static final SuppressionRules NONE = new SuppressionRules(Term.OFF, Term.OFF);

    /**
     * How long an entry holds.
     *
     * @param isOn false when there is none
     * @param time null for good
     */
    public record Term(boolean isOn, @Nullable Duration time) {
        public static final Term FOREVER = new Term(true, null);
        public static final Term OFF = new Term(false, null);

        @Nullable
        Instant end(Instant from) {
            return time == null ? null : from.plus(time);
        }
    }

    /** What follows from an outcome for the list cannot be stored. */
    static final class UnlistedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnlistedException(Throwable cause) {
            super("a recipient cannot be put on the suppression list", cause);
        }
    }

    /** Settles; returns whom the outcomes list. */
    List<Unmailable> settle(OutboxTransaction tx, List<Settlement> settlements) {
        List<Long> changed = tx.settle(settlements);
        List<Unmailable> found = new ArrayList<>();
        for (Settlement s : settlements) {
            if (bounces.isOn && UnmailableOutcomes.isRejection(s.event(), s.failure())) {
                found.add(new Unmailable(s.claim().deliveryId(), Reason.BOUNCE, "smtp", s.at(), bounces.end(s.at())));
            }
        }
        if (!found.isEmpty()) {
            Set<Long> applied = new HashSet<>(changed);
            found.removeIf(one -> !applied.contains(one.deliveryId()));
        }
        return found;
    }

    /**
     * Whom reports list.
     *
     * @param results what {@link OutboxTransaction#report} gave for them
     */
    List<Unmailable> reported(List<Report> reports, List<Result> results) {
        List<Unmailable> found = new ArrayList<>();
        for (int i = 0; i < reports.size(); i++) {
            Report r = reports.get(i);
            Term term = r.type() == EventType.COMPLAINED ? complaints : bounces;
            if (results.get(i) == Result.APPLIED && term.isOn && isUnmailable(r)) {
                found.add(new Unmailable(
                        r.deliveryId(),
                        r.type() == EventType.COMPLAINED ? Reason.COMPLAINT : Reason.BOUNCE,
                        "report:" + r.source(),
                        r.at(),
                        term.end(r.at())));
            }
        }
        return found;
    }

    /** Lists all that a transaction found, together: two that list the same addresses lock them in the same order then. */
    static void list(OutboxTransaction tx, List<Unmailable> found) {
        if (!found.isEmpty()) {
            try {
                tx.suppress(found);
            } catch (RuntimeException e) {
                throw new UnlistedException(e);
            }
        }
    }

    /** How much work a report is, at most, where one that only adds its event is 1: one that lists its recipient takes statements of its own. */
    static int work(EventType reported) {
        return reported == EventType.BOUNCED || reported == EventType.COMPLAINED ? 20 : 1;
    }

    private static boolean isUnmailable(Report r) {
        return r.type() == EventType.COMPLAINED
                || r.type() == EventType.BOUNCED && UnmailableOutcomes.isBounce(r.failure());
    }
}
