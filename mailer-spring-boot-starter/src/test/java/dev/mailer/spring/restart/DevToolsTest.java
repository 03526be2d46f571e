// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.spring.ChildJvm;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevToolsTest {
    /** Where the build puts the tools, which would otherwise take part in every test. */
    private static final Path TOOLS = Path.of("target", "devtools", "spring-boot-devtools.jar");

    @Test
    void the_developer_tools_restart_an_application_and_no_mail_is_lost_or_sent_twice(@TempDir Path folder)
            throws Exception {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
            String output = ChildJvm.run(
                    "-Dspring.main.banner-mode=off",
                    TOOLS,
                    DevToolsApp.class.getName(),
                    "--mailer.transport=" + server.uri(),
                    "--mailer.data-folder=" + folder);

            for (int life = 1; life <= DevToolsApp.LIVES; life++) {
                assertThat(output).contains("life " + life + " in RestartClassLoader");
            }
            assertThat(output).contains("all sent, and no thread of a former life is left");
            assertThat(server.mails())
                    .hasSize(DevToolsApp.LIVES * DevToolsApp.MAILS)
                    .extracting(Restarts::messageId)
                    .doesNotHaveDuplicates();
        }
    }
}
