// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.DeliveryReports.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/** Reports that wait for a commit. Guarded by the intake's lock. */
final class ReportQueue {
    /** Most reports that wait for their commit. */
    static final int MAX_WAITING = 10_000;
    /** Most work of reports that is taken at once, so that none holds a transaction open for long ({@link SuppressionRules#work}). */
    static final int MAX_WORK = 2_000;

    private final ReentrantLock lock;
    private List<Reported> reports = new ArrayList<>();

    ReportQueue(ReentrantLock lock) {
        this.lock = lock;
    }

    /** A report and who waits for it. */
    static final class Reported {
        final Report report;
        final CompletableFuture<Result> done;

        Reported(Report report) {
            this(report, new CompletableFuture<>());
        }

        private Reported(Report report, CompletableFuture<Result> done) {
            this.report = report;
            this.done = done;
        }

        /** The same with more detail. */
        Reported saying(Map<String, String> more) {
            Map<String, String> detail = new HashMap<>(report.detail());
            detail.putAll(more);
            return new Reported(
                    new Report(
                            report.source(),
                            report.eventId(),
                            report.type(),
                            report.deliveryId(),
                            report.at(),
                            report.failure(),
                            detail),
                    done);
        }
    }

    /** @throws MailerUnavailableException when too many wait already */
    void add(Reported reported) {
        assert lock.isHeldByCurrentThread();
        if (reports.size() >= MAX_WAITING) {
            throw new MailerUnavailableException(
                    reports.size() + " reports wait for their commit, the limit is " + MAX_WAITING
                            + "; report it again with the same id",
                    Duration.ofSeconds(1),
                    null);
        }
        reports.add(reported);
    }

    boolean isEmpty() {
        return reports.isEmpty();
    }

    /** The first of them, as many as one commit takes. */
    List<Reported> take() {
        assert lock.isHeldByCurrentThread();
        List<Reported> some = reports;
        int count = 0;
        for (int work = 0; count < some.size(); count++) {
            work += SuppressionRules.work(some.get(count).report.type());
            if (work > MAX_WORK) {
                break;
            }
        }
        reports = new ArrayList<>(some.subList(count, some.size()));
        some.subList(count, some.size()).clear();
        return some;
    }

    /** Who waits learns why; nothing is left. */
    void fail(MailerUnavailableException e) {
        assert lock.isHeldByCurrentThread();
        reports.forEach(r -> r.done.completeExceptionally(e));
        reports.clear();
    }
}
