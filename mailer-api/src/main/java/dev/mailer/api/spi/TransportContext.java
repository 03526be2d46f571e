// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;

/** What the engine lends a transport: time, randomness, threads and secrets, so that tests can replace them. Thread-safe. */
public interface TransportContext {
    InstantSource clock();

    RandomGenerator random();

    /** Makes daemon threads with the mailer's name; the transport ends them in {@link Transport#close()}. */
    ThreadFactory threads();

    SecretSource secrets();

    /** The name for EHLO: the host's, or the configured one. */
    String hostName();

    /**
     * Shows a number as a meter, until {@code state} is garbage; by default nobody looks. {@code value} is asked at any time, by
     * any thread, and must not block. Transports of one name show the sum of theirs.
     *
     * @param meter such as {@code mailer.smtp.connections.idle}
     * @param transport the transport's name, the one tag of the meter; no address of a person may be in it
     * @param state what the number is read from; held weakly, so {@code value} must not hold it itself
     */
    default <T> void gauge(String meter, String transport, T state, ToLongFunction<T> value) {}

    /**
     * Adds one to a meter that only grows; by default nobody looks. Any thread may, and it does not block.
     *
     * @param meter such as {@code mailer.smtp.tls}
     * @param transport the transport's name, a tag of the meter; no address of a person may be in it
     * @param tags the other tags of the meter, the same ones each time, with few values each
     */
    default void count(String meter, String transport, Map<String, String> tags) {}
}
