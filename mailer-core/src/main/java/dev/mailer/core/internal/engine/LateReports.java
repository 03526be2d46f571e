// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.DeliveryReports;
import java.util.concurrent.CompletableFuture;

/** Where reports enter the ledger, once the mailer runs. Thread-safe. */
final class LateReports implements DeliveryReports {
    private final Late<LedgerWriter> writer = new Late<>();

    void open(LedgerWriter ofLedger) {
        writer.open(ofLedger);
    }

    @Override
    public Result report(Report report) {
        return Commits.join(submit(report));
    }

    @Override
    public CompletableFuture<Result> submit(Report report) {
        return writer.get().report(report);
    }
}
