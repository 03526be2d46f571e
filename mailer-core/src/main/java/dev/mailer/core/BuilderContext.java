// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.spi.SecretSource;
import dev.mailer.api.spi.TransportContext;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;

/** What a mailer lends its transports. */
record BuilderContext(
        InstantSource clock, RandomGenerator random, ThreadFactory threads, SecretSource secrets, String hostName)
        implements TransportContext {}
