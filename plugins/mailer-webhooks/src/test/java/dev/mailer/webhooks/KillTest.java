// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} anywhere, more often. */
@Tag("slow")
@Timeout(600)
class KillTest {
    @Test
    void no_event_is_lost_and_each_has_one_id(@TempDir Path folder) throws Exception {
        new Kills(folder, 10, 400).run();
    }
}
