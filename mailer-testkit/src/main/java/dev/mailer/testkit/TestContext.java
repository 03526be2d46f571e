// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.Secret;
import dev.mailer.api.spi.SecretSource;
import dev.mailer.api.spi.TransportContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;

/**
 * What an engine would lend a transport, for tests of transports: a clock that stands still until it is moved, the same random
 * numbers each time, threads with a name that it remembers, and secrets in memory. It begins at 12:00 UTC on 1 January 2026 and
 * is called {@value #DEFAULT_HOST}. Thread-safe.
 *
 * <pre>{@code
 * TestContext context = TestContext.create().secret("relay", "open sesame");
 * Transport transport = factory.create(TransportUri.parse("pigeon://loft?secret=relay"), context);
 * context.advance(Duration.ofMinutes(5));
 * }</pre>
 */
public final class TestContext implements TransportContext {
    /** The name for EHLO. */
    public static final String DEFAULT_HOST = "client.example.com";

    private static final String THREAD = "transport-test-";
    private static final long SEED = 1;

    private final AtomicReference<Instant> now = new AtomicReference<>(SampleMessage.ACCEPTED_AT);
    private final Random random = new Random(SEED);
    private final AtomicInteger number = new AtomicInteger();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final Map<String, Secret> secrets = new ConcurrentHashMap<>();
    private final Map<String, LongSupplier> gauges = new ConcurrentHashMap<>();
    private final Map<Map.Entry<String, Map<String, String>>, LongAdder> counts = new ConcurrentHashMap<>();
    private volatile String hostName = DEFAULT_HOST;

    private TestContext() {}

    public static TestContext create() {
        return new TestContext();
    }

    /** Moves the clock on. */
    public TestContext advance(Duration by) {
        now.updateAndGet(t -> t.plus(by));
        return this;
    }

    /** Sets the clock, backwards too. */
    public TestContext instant(Instant instant) {
        now.set(Objects.requireNonNull(instant, "instant"));
        return this;
    }

    /** Sets or replaces a secret. */
    public TestContext secret(String name, String value) {
        secrets.put(name, Secret.of(value));
        return this;
    }

    public TestContext hostName(String name) {
        hostName = Objects.requireNonNull(name, "name");
        return this;
    }

    /** The threads that were made and have not ended. */
    public List<Thread> liveThreads() {
        return threads.stream().filter(Thread::isAlive).toList();
    }

    /** Waits until every thread has ended; false when some have not within the time. */
    public boolean awaitThreads(Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        for (Thread thread : liveThreads()) {
            thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        }
        return liveThreads().isEmpty();
    }

    /** What a meter of the transport shows now; an error when it has none of this name. */
    public long gauge(String meter) {
        LongSupplier value = gauges.get(meter);
        if (value == null) {
            throw new IllegalArgumentException("no meter '" + meter + "', there are " + gauges.keySet());
        }
        return value.getAsLong();
    }

    /** How often a meter with these tags was counted. */
    public long counted(String meter, Map<String, String> tags) {
        LongAdder count = counts.get(Map.entry(meter, tags));
        return count == null ? 0 : count.sum();
    }

    @Override
    public void count(String meter, String transport, Map<String, String> tags) {
        counts.computeIfAbsent(Map.entry(meter, Map.copyOf(tags)), k -> new LongAdder())
                .increment();
    }

    @Override
    public <T> void gauge(String meter, String transport, T state, ToLongFunction<T> value) {
        gauges.put(meter, () -> value.applyAsLong(state));
    }

    @Override
    public InstantSource clock() {
        return now::get;
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public ThreadFactory threads() {
        return task -> {
            Thread thread = new Thread(task, THREAD + number.incrementAndGet());
            thread.setDaemon(true);
            threads.add(thread);
            return thread;
        };
    }

    @Override
    public SecretSource secrets() {
        return secrets::get;
    }

    @Override
    public String hostName() {
        return hostName;
    }
}
