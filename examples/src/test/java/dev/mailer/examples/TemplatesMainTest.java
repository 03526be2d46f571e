// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.core.Templates;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplatesMainTest {
    @TempDir
    private Path folder;

    @Test
    void templates_are_checked_without_sending() throws Exception {
        Path receipt = Files.createDirectories(folder.resolve("receipt"));
        Files.writeString(receipt.resolve("subject.vm"), "Your order $order.number\n");
        Files.writeString(receipt.resolve("html.vm"), "<p>Hello $name</p>\n");
        Files.writeString(receipt.resolve("sample.json"), "{\"name\": \"Jo\", \"order\": {\"number\": 4711}}");

        // tag::check[]
        Templates templates = Templates.in(folder);

        assertThat(templates.check()).isEmpty();
        assertThat(templates.preview("receipt", Locale.GERMAN).subject()).isEqualTo("Your order 4711");
        // end::check[]
    }

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
