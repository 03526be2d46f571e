// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;
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
}
