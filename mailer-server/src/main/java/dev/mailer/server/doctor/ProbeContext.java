// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.doctor;

import dev.mailer.api.Secret;
import dev.mailer.api.spi.SecretSource;
import dev.mailer.api.spi.TransportContext;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a transport outside of an engine works with. */
record ProbeContext(InstantSource clock, String hostName) implements TransportContext {
    @Override
    public RandomGenerator random() {
        return new SecureRandom();
    }

    @Override
    public ThreadFactory threads() {
        return task -> {
            Thread thread = new Thread(task, "mailer-probe");
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public SecretSource secrets() {
        return ProbeContext::fromEnvironment;
    }

    private static @Nullable Secret fromEnvironment(String name) {
        String value = System.getenv(name);
        return value == null ? null : Secret.of(value);
    }
}
