// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.spring.ChildJvm;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestartTest {
    @Test
    void mail_that_waits_is_sent_once_and_nothing_of_before_stays(@TempDir Path folder) throws Exception {
        String output =
                ChildJvm.run("-XX:SoftRefLRUPolicyMSPerMB=0", folder, Restarts.class.getName(), folder.toString());

        assertThat(output).contains("nothing stays");
    }
}
