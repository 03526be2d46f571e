// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplatesMainTest {
    @TempDir
    private Path folder;

    @Test
    void the_mail_is_made_of_the_files() throws Exception {
        Path receipt = Files.createDirectories(folder.resolve("receipt"));
        Files.writeString(receipt.resolve("subject.vm"), "Your order $order.number\n");
        Files.writeString(receipt.resolve("text.vm"), "Hello $name,\n#foreach($i in $items)\n- $i\n#end\n");
        Files.writeString(receipt.resolve("html.vm"), "<p>Hello $name, that was $order.total.</p>\n");
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
            assertThat(TemplatesMain.send(folder, server.uri())).contains("{SENT=1}");

            assertThat(server.mails())
                    .singleElement()
                    .satisfies(mail -> assertThat(mail.content().asUtf8())
                            .contains("Subject: Your order 4711\r\n")
                            .contains("Hello Jo & Sam,\r\n- Coffee\r\n- Paper filters\r\n")
                            .contains("<p>Hello Jo &amp; Sam, that was 22.10.</p>"));
        }
    }
}
