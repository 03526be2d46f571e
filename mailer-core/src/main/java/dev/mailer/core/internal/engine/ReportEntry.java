// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.DeliveryReports;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where reports enter the ledger; usable once the mailer runs. Thread-safe. */
final class ReportEntry implements DeliveryReports {
    private volatile @Nullable LedgerWriter writer;

    void open(LedgerWriter writer) {
        this.writer = writer;
    }

    @Override
    public Result report(Report report) {
        return Commits.join(submit(report));
    }

    @Override
    public CompletableFuture<Result> submit(Report report) {
        LedgerWriter ledger = writer;
        if (ledger == null) {
            throw new IllegalStateException("the mailer is not running yet");
        }
        return ledger.report(report);
    }
}
