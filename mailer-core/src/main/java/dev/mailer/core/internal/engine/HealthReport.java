// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.core.MailerEngine.Health;
import java.time.Duration;
import java.util.List;

/** Tells whether mail is accepted and sent, and if not, the one reason that people have to see to first. Thread-safe. */
final class HealthReport {
    /** A commit that takes longer is told. */
    private static final Duration SLOW_COMMIT = Duration.ofSeconds(5);

    private final MailerParts parts;

    HealthReport(MailerParts parts) {
        this.parts = parts;
    }

    Health report(boolean closed) {
        String trouble = parts.meters().trouble();
        boolean leased = parts.lease().holds(parts.lease().node());
        List<String> open = parts.routes().outlets().stream()
                .filter(o -> o.guard().isSuspect())
                .map(o -> o.transport().name())
                .sorted()
                .toList();
        boolean writing = parts.writer().isAlive();
        boolean working = parts.dispatcher().isAlive()
                && parts.tender().isAlive()
                && parts.feed().isAlive();
        boolean hanging = parts.writer().waiting().compareTo(SLOW_COMMIT) > 0;
        String problem = null;
        if (closed) {
            problem = "the mailer is closed";
        } else if (!writing || !working) {
            problem = "a thread of the mailer has ended, the log says why; restart the process";
        } else if (trouble != null) {
            problem = trouble;
        } else if (hanging) {
            problem = "the store has not answered for more than " + SLOW_COMMIT.toSeconds() + " s";
        } else if (!leased) {
            problem = "this node's lease has run out";
        } else if (!open.isEmpty()) {
            problem = "circuits are open: " + open;
        } else if (!parts.routes().anyWorking()) {
            problem = "no transport has ever worked, the log says why";
        }
        return new Health(
                writing && trouble == null && !hanging && !closed,
                leased && working && parts.routes().anyWorking(),
                problem,
                parts.meters().oldestReady(),
                open,
                PluginConditions.of(parts.plugins()));
    }
}
