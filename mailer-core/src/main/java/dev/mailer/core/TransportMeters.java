// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.core.internal.log.Causes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What transports and plugins show of themselves. Those of one name, as several to MX hosts are, have one meter, which has the sum of them. Thread-safe.
 */
final class TransportMeters {
    private static final Logger log = LoggerFactory.getLogger(TransportMeters.class);

    private record Name(String meter, String transport) {}

    private record Counted(String meter, Map<String, String> tags) {
        Counted {
            tags = Map.copyOf(tags);
        }
    }

    private final MeterRegistry registry;
    private final Map<Name, Sum> sums = new ConcurrentHashMap<>();
    /** The registry finds a counter by sorting its tags each time. */
    private final Map<Counted, Counter> counters = new ConcurrentHashMap<>();

    TransportMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    <T> void gauge(String meter, String transport, T state, ToLongFunction<T> value) {
        sums.computeIfAbsent(new Name(meter, transport), this::register)
                .parts
                .add(new Part<>(new WeakReference<>(state), value));
    }

    void count(String meter, String transport, Map<String, String> tags) {
        Map<String, String> all = new LinkedHashMap<>(tags);
        all.put("transport", transport);
        count(meter, all);
    }

    /** A registry that throws must not keep mail back. */
    void count(String meter, Map<String, String> tags) {
        try {
            counters.computeIfAbsent(new Counted(meter, tags), this::register).increment();
        } catch (RuntimeException e) {
            log.debug("{} could not be counted: {}", meter, Causes.of(e, log));
        }
    }

    private Counter register(Counted counted) {
        Counter.Builder counter = Counter.builder(counted.meter);
        counted.tags.forEach(counter::tag);
        return counter.register(registry);
    }

    private Sum register(Name name) {
        Sum sum = new Sum();
        Gauge.builder(name.meter(), sum, Sum::value)
                .tag("transport", name.transport())
                .strongReference(true)
                .register(registry);
        return sum;
    }

    private static final class Sum {
        final List<Part<?>> parts = new CopyOnWriteArrayList<>();

        long value() {
            return parts.stream().mapToLong(Part::value).sum();
        }
    }

    private record Part<T>(WeakReference<T> state, ToLongFunction<T> of) {
        long value() {
            T living = state.get();
            return living == null ? 0 : of.applyAsLong(living);
        }
    }
}
