// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.Email;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.Outcome;
import dev.mailer.core.internal.log.Causes;
import dev.mailer.core.internal.template.VelocityTemplates;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine's meters; no tag ever holds an address. Thread-safe. */
final class EngineMeters {
    private static final Logger log = LoggerFactory.getLogger(EngineMeters.class);

    /** Where a crash left open what became of an attempt. */
    static final String UNKNOWN_TRANSPORT = "unknown";

    private final MeterRegistry registry;
    private final ObservationRegistry observations;
    private final List<Lane> lanes;
    private final Timer append;
    private final Timer claim;
    private final Timer settle;
    private final Timer commit;
    private final DistributionSummary mailsPerCommit;
    private final MultiGauge ready;
    private final MultiGauge waiting;
    private final MultiGauge oldest;
    private final Complaints complaints = new Complaints();
    private volatile @Nullable String trouble;
    private volatile Duration oldestReady = Duration.ZERO;

    /** @param lanes those that are configured, which have a depth even when it is none */
    EngineMeters(MeterRegistry registry, ObservationRegistry observations, List<Lane> lanes) {
        this.registry = registry;
        this.observations = observations;
        this.lanes = List.copyOf(lanes);
        this.append = timer("mailer.store.append", "Storing the mails of one commit");
        this.claim = timer("mailer.store.claim", "Claiming one batch");
        this.settle = timer("mailer.store.settle", "Storing the settlements of one commit");
        this.commit = timer("mailer.store.commit", "One transaction of the ledger, commit included");
        this.mailsPerCommit = DistributionSummary.builder("mailer.store.commit.mails")
                .description("Mails accepted per commit")
                .register(registry);
        this.ready = gauge("mailer.queue.ready", "Deliveries that could be sent now");
        this.waiting = gauge("mailer.queue.waiting", "Deliveries that are scheduled or deferred");
        this.oldest = MultiGauge.builder("mailer.queue.oldest.age")
                .description("How long the oldest ready delivery has been ready")
                .baseUnit("seconds")
                .register(registry);
    }

    /** What happens between a caller's mails and their commit. */
    GuardedSpan submission(List<Email> emails) {
        List<String> streams = emails.stream().map(Email::stream).distinct().toList();
        return GuardedSpan.start(
                complaints,
                () -> Observation.createNotStarted("mailer.submit", observations)
                        .lowCardinalityKeyValue("stream", streams.size() == 1 ? streams.get(0) : "several")
                        .highCardinalityKeyValue("mails", String.valueOf(emails.size())));
    }

    /** One transaction of the writer's, which what others submit at the same time shares. */
    <T> T commit(Supplier<T> work) {
        return observed("mailer.ledger.commit", work);
    }

    /** A handler that throws must not make a failure of what was committed. */
    private <T> T observed(String name, Supplier<T> work) {
        GuardedSpan span = GuardedSpan.start(complaints, () -> Observation.createNotStarted(name, observations));
        Throwable thrown = null;
        try {
            return work.get();
        } catch (RuntimeException | Error e) {
            thrown = e;
            throw e;
        } finally {
            span.end(thrown);
        }
    }

    /** Calls that slow peers keep waiting. */
    void aside(Dispatcher dispatcher) {
        Gauge.builder("mailer.calls.slow", dispatcher, Dispatcher::aside)
                .description("Calls of transports that take long and go on beside the slots")
                .register(registry);
    }

    /** The templates that are kept compiled. */
    void templates(VelocityTemplates templates) {
        templateLookups(templates, "hit", t -> t.cacheStats().hitCount());
        templateLookups(templates, "miss", t -> t.cacheStats().missCount());
        FunctionCounter.builder(
                        "mailer.template.cache.evictions",
                        templates,
                        t -> t.cacheStats().evictionCount())
                .description("Compiled templates that were dropped")
                .register(registry);
        FunctionTimer.builder(
                        "mailer.template.cache.compile",
                        templates,
                        t -> t.cacheStats().loadCount(),
                        t -> t.cacheStats().totalLoadTime(),
                        TimeUnit.NANOSECONDS)
                .description("Compiling templates")
                .register(registry);
    }

    private void templateLookups(
            VelocityTemplates templates, String result, ToDoubleFunction<VelocityTemplates> count) {
        FunctionCounter.builder("mailer.template.cache.gets", templates, count)
                .description("Looks for a compiled template")
                .tag("result", result)
                .register(registry);
    }

    <T> T append(Supplier<T> work) {
        return time("mailer.ledger.append", append, work);
    }

    <T> T claim(Supplier<T> work) {
        return time("mailer.ledger.claim", claim, work);
    }

    <T> T settle(Supplier<T> work) {
        return time("mailer.ledger.settle", settle, work);
    }

    void committed(long nanos, int mails) {
        commit.record(nanos, TimeUnit.NANOSECONDS);
        if (mails > 0) {
            mailsPerCommit.record(mails);
        }
        trouble = null;
    }

    /** Remembers, and says once, that the store takes nothing. */
    void storeTrouble(Throwable e) {
        if (trouble == null) {
            log.warn(
                    "the store is out of order; settlements are kept and repeated, and nothing is claimed meanwhile: {}",
                    Causes.of(e, log));
        }
        trouble = "the store refuses what must be stored: " + Causes.of(e);
    }

    /** Why the last write failed; null when it did not. */
    @Nullable
    String trouble() {
        return trouble;
    }

    /** Age of the oldest ready delivery when depths were last counted. */
    Duration oldestReady() {
        return oldestReady;
    }

    /** After a commit of ours: counts what it added, which repeats of an earlier mail are not. */
    void submitted(List<NewMessage> messages, List<AppendResult> appended) {
        count("mailer.submitted", "Mails accepted", messages, appended);
    }

    /** Before a commit of the caller's, of which this process never learns. */
    void joined(List<NewMessage> messages, List<AppendResult> appended) {
        count("mailer.joined", "Mails written into callers' transactions", messages, appended);
    }

    /** What is counted is committed or written already; a registry that throws does not take it back. */
    private void count(String name, String description, List<NewMessage> messages, List<AppendResult> appended) {
        try {
            countAccepted(name, description, messages, appended);
        } catch (RuntimeException e) {
            if (complaints.isDue(e)) {
                log.warn("mails could not be counted; {}: {}", Complaints.AGAIN, Causes.of(e, log));
            }
        }
    }

    private void countAccepted(
            String name, String description, List<NewMessage> messages, List<AppendResult> appended) {
        Map<String, Integer> accepted = new HashMap<>();
        for (int i = 0; i < messages.size(); i++) {
            if (appended.get(i).kind() == AppendResult.Kind.ACCEPTED) {
                accepted.merge(messages.get(i).lane().stream(), 1, Integer::sum);
            }
        }
        accepted.forEach((stream, count) -> Counter.builder(name)
                .description(description)
                .tag("stream", stream)
                .register(registry)
                .increment(count));
    }

    void attempt(String transport, Outcome.Kind kind, int recipients) {
        Counter.builder("mailer.attempts")
                .description("Attempts by outcome, one per recipient")
                .tag("transport", transport)
                .tag("outcome", kind.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment(recipients);
    }

    void sent(String transport, long nanos) {
        Timer.builder("mailer.transport.send")
                .description("One call of a transport")
                .tag("transport", transport)
                .register(registry)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /** @param counted the lanes in which something waits */
    void depths(List<OutboxStore.Depth> counted) {
        Map<Lane, OutboxStore.Depth> depths = new LinkedHashMap<>();
        lanes.forEach(l -> depths.put(l, new OutboxStore.Depth(l, 0, 0, 0, Duration.ZERO)));
        counted.forEach(d -> depths.put(d.lane(), d));
        ready.register(rows(depths.values(), OutboxStore.Depth::ready), true);
        waiting.register(rows(depths.values(), OutboxStore.Depth::waiting), true);
        oldestReady = counted.stream()
                .map(OutboxStore.Depth::oldestReady)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        oldest.register(rows(depths.values(), d -> d.oldestReady().toSeconds()), true);
    }

    private static List<MultiGauge.Row<?>> rows(
            Collection<OutboxStore.Depth> depths, ToLongFunction<OutboxStore.Depth> value) {
        return depths.stream()
                .<MultiGauge.Row<?>>map(d -> MultiGauge.Row.of(
                        Tags.of("tenant", d.lane().tenant(), "stream", d.lane().stream()), value.applyAsLong(d)))
                .toList();
    }

    private Timer timer(String name, String description) {
        return Timer.builder(name).description(description).register(registry);
    }

    private MultiGauge gauge(String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    private <T> T time(String name, Timer timer, Supplier<T> work) {
        long start = System.nanoTime();
        try {
            return observed(name, work);
        } finally {
            timer.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        }
    }
}
