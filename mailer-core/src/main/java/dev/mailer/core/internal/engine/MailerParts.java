// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.DeliveryReports;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.OutboxStore;
import java.time.Duration;
import java.util.List;

/** What a live mailer is made of. */
record MailerParts(
        OutboxStore store,
        LedgerWriter writer,
        LedgerClock clock,
        NodeLease lease,
        Routes routes,
        ParkedQueues parked,
        SettlementRules rules,
        Acceptance acceptance,
        Preparation preparation,
        Dispatcher dispatcher,
        Registration registration,
        Tender tender,
        FeedLoop feed,
        SettledSignal settled,
        DeliveryReports reports,
        LedgerTokens tokens,
        EngineMeters meters,
        List<HttpEndpoint> endpoints,
        List<MailerPlugin> plugins,
        Duration closeTimeout) {}
