// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import dev.mailer.testkit.dns.ScriptedDnsServer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Resolvers and deadlines for tests. */
final class Answers {
    /** Generous: tests share their machine. */
    static final Duration PATIENCE = Duration.ofSeconds(60);
    /** For a server that says nothing. */
    static final Duration SHORT = Duration.ofMillis(150);

    private Answers() {}

    static Deadline soon() {
        return Deadline.in(PATIENCE);
    }

    static ResolverSettings settings(ScriptedDnsServer... servers) {
        return ResolverSettings.of(List.of(servers).stream()
                        .map(ScriptedDnsServer::address)
                        .toList())
                .timeout(Duration.ofSeconds(20));
    }

    static StubResolver resolver(InstantSource clock, ScriptedDnsServer... servers) {
        return new StubResolver(settings(servers), clock);
    }
}
