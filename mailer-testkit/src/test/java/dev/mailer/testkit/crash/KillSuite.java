// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.crash;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mailers that are killed at any moment lose nothing and repeat only what was in flight. By default a short run; the full one:
 *
 * <pre>{@code
 * mvn -Pslow -pl mailer-testkit -am test -Dtest='*KillTest' -Dcrash.kills=200 -Dcrash.mails=20000
 * }</pre>
 *
 * {@code -Dcrash.seed} repeats the chances of an earlier run.
 */
abstract class KillSuite {
    private final int nodes;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    KillSuite(int nodes) {
        this.nodes = nodes;
    }

    /** The address of a new, empty store. */
    abstract String store();

    @Test
    void what_was_accepted_is_sent_whenever_the_process_is_killed() throws Exception {
        int kills = Integer.getInteger("crash.kills", 10);
        int mails = Integer.getInteger("crash.mails", 1_000);

        new KillRun(store(), nodes, kills, mails, Duration.ofSeconds(2), folder.resolve("children.log"))
                .run()
                .assertGood();
    }
}
