// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.MailListener;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.RunningMailer;
import dev.mailer.api.spi.WebhookStore;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.internal.template.VelocityTemplates;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;

/** Turns checked settings into a running mailer. */
public final class Assembly {
    private Assembly() {}

    /** Everything a mailer is built from; checked by the builder. */
    public record Settings(
            OutboxStore store,
            Map<String, Outlet> outlets,
            Extensions extensions,
            Map<String, int[]> streams,
            Set<String> tenants,
            RetrySchedule retry,
            Limits limits,
            Duration keepContent,
            Duration keepMessages,
            Duration keepIdempotencyKeys,
            SuppressionRules suppression,
            MeterRegistry meters,
            ObservationRegistry observations,
            Environment environment,
            List<MailListener> listeners,
            List<MailerPlugin> plugins,
            Duration closeTimeout,
            boolean paused) {}

    /** Bounds. */
    public record Limits(
            long messageSize,
            int maxUnsettled,
            long bytesInFlight,
            int waitingSubmissions,
            int slots,
            int slowCalls,
            Duration lease) {}

    /** What tests replace. */
    public record Environment(
            java.time.InstantSource clock, RandomGenerator random, ThreadFactory threads, String nodeName) {}

    public static MailerEngine start(Settings s) {
        List<Lane> lanes = s.tenants().stream()
                .flatMap(tenant -> s.streams().keySet().stream().map(stream -> new Lane(tenant, stream)))
                .toList();
        EngineMeters meters = new EngineMeters(s.meters(), s.observations(), lanes);
        if (s.extensions().templateEngine() instanceof VelocityTemplates velocity) {
            meters.templates(velocity);
        }
        LedgerClock clock = new LedgerClock(s.environment().clock());
        NodeLease lease = new NodeLease(NanoClock.SYSTEM, s.limits().lease());
        ThreadFactory threads = s.environment().threads();
        ClaimedContent content = new ClaimedContent(s.store());
        LedgerWriter writer = new LedgerWriter(
                        s.store(),
                        s.limits().waitingSubmissions(),
                        meters,
                        threads,
                        s.paused() ? (m, r) -> {} : content::keep)
                .suppressing(s.suppression());
        SettledSignal settled = new SettledSignal();
        SettlementRules rules = new SettlementRules(s.retry(), s.environment().random());
        ParkedQueues parked = new ParkedQueues(clock);
        Destinations destinations = new Destinations(parked, writer, clock, rules);
        Unsettled unsettled = new Unsettled(s.limits().maxUnsettled(), NanoClock.SYSTEM);
        AttemptContext context = new AttemptContext(
                writer,
                lease,
                clock,
                rules,
                unsettled,
                destinations,
                settled,
                s.extensions().router(),
                meters);
        Templates templates =
                new Templates(s.extensions().templateEngine(), s.store().contents());
        Preparation preparation = new Preparation(
                s.store().contents(),
                templates,
                s.extensions().interceptors(),
                s.extensions().transforms(),
                s.extensions().signer());
        SingledOut singledOut = new SingledOut();
        Routes routes = new Routes(s.outlets(), s.extensions().router(), preparation::usuallyPerRecipient, singledOut);
        Preflight preflight =
                new Preflight(content, preparation, context, s.extensions().rateLimiter(), singledOut);
        JobRunner runner = new JobRunner(
                content, new ByteBudget(s.limits().bytesInFlight()), preflight, context, s.observations());
        Map<String, StreamShare> shares = new LinkedHashMap<>();
        int ownByDefault = s.limits().slots() < 2 ? 0 : Math.max(1, s.limits().slots() / 4);
        s.streams().forEach((name, w) -> shares.put(name, new StreamShare(w[0], w[1] < 0 ? ownByDefault : w[1])));
        DispatcherParts parts = new DispatcherParts(s.store(), writer, lease, clock, routes, parked, runner, meters);
        AsideLimits aside =
                new AsideLimits(s.limits().slowCalls(), s.limits().bytesInFlight(), SpareThreads.of(threads));
        Dispatcher dispatcher = new Dispatcher(
                parts,
                new FairShare(
                        s.limits().slots(),
                        shares,
                        new OutletShare(routes.outlets(), s.limits().slots())),
                threads,
                aside);
        meters.aside(dispatcher);
        destinations.withdrawFrom(dispatcher);
        Registration registration =
                new Registration(parts, rules, s.environment().nodeName());
        Tender tender = new Tender(
                parts,
                registration,
                unsettled,
                dispatcher,
                new Tender.Retention(s.keepContent(), s.keepMessages(), s.keepIdempotencyKeys()),
                threads);
        FeedLoop feed = new FeedLoop(
                s.store().eventFeed(), s.listeners(), s.extensions().eventSinks(), lease, threads);
        Acceptance acceptance = new Acceptance(
                s.store(),
                templates,
                new UuidV7(clock, s.environment().random()),
                clock,
                lanes,
                s.limits().messageSize(),
                s.keepIdempotencyKeys());
        s.extensions().deliveryReports().open(writer);
        LedgerTokens tokens = new LedgerTokens(s.store().tokenKeys(), clock, NanoClock.SYSTEM);
        s.extensions().tokens().open(tokens);
        tender.also("read the keys of tokens", LedgerTokens.FRESH, tokens::refresh);
        s.extensions().subscriptions().open(s.store().subscriptions());
        lanes.forEach(s.store()::register);
        LiveMailer mailer = new LiveMailer(new MailerParts(
                s.store(),
                writer,
                clock,
                lease,
                routes,
                parked,
                rules,
                acceptance,
                preparation,
                dispatcher,
                registration,
                tender,
                feed,
                settled,
                s.extensions().deliveryReports(),
                tokens,
                meters,
                s.extensions().endpoints(),
                s.plugins(),
                s.closeTimeout()));
        try {
            writer.start();
            tokens.refresh();
            if (s.paused()) {
                // read with the search for work otherwise, and nobody searches here
                parked.refresh(s.store().parkedSince(parked.refreshFrom()), clock.instant());
            } else {
                s.extensions().started(new Running(s.store()));
                tender.start();
                feed.start();
                dispatcher.start();
            }
        } catch (RuntimeException | Error e) {
            mailer.close();
            throw e;
        }
        return mailer;
    }

    private record Running(OutboxStore store) implements RunningMailer {
        @Override
        public EventStore events() {
            return store.eventFeed();
        }

        @Override
        public WebhookStore webhooks() {
            return store.webhooks();
        }
    }
}
