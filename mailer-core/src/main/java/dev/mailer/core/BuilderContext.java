// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.spi.SecretSource;
import dev.mailer.api.spi.TransportContext;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;

/** What a mailer lends its transports. */
record BuilderContext(
        InstantSource clock,
        RandomGenerator random,
        ThreadFactory threads,
        SecretSource secrets,
        String hostName,
        MeterRegistry meters)
        implements TransportContext {
    @Override
    public <T> void gauge(String meter, String transport, T state, ToLongFunction<T> value) {
        Gauge.builder(meter, state, value::applyAsLong)
                .tag("transport", transport)
                .register(meters);
    }
}
