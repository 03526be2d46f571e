// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.spi.SecretSource;
import dev.mailer.api.spi.TransportContext;
import java.time.InstantSource;
import java.util.Map;
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
        TransportMeters meters)
        implements TransportContext {
    @Override
    public <T> void gauge(String meter, String transport, T state, ToLongFunction<T> value) {
        meters.gauge(meter, transport, state, value);
    }

    @Override
    public void count(String meter, String transport, Map<String, String> tags) {
        meters.count(meter, transport, tags);
    }
}
