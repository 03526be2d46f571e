// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.MessageStatus;
import dev.mailer.core.Mailers;
import dev.mailer.examples.jsonl.JsonLinesPlugin;
import dev.mailer.mailbox.MailboxMessage;
import dev.mailer.testkit.smtp.Reaction;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import dev.mailer.testkit.smtp.Stage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesTest {
    @TempDir
    private Path folder;

    @Test
    void plain_java_sends_over_smtp_and_tells_the_timeline() {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
            String told = PlainMain.send(server.uri(), "sqlite:" + folder.resolve("mail.db"));

            assertThat(server.mails()).singleElement().satisfies(mail -> {
                assertThat(mail.recipients()).containsExactly("jo@example.org");
                assertThat(mail.content().asUtf8()).contains("Subject: Your order 4711");
            });
            assertThat(told).contains("{SENT=1}").contains(" QUEUED").contains(" SENT by smtp://127.0.0.1:");
        }
        assertThat(folder.resolve("mail.db")).isRegularFile();
    }

    @Test
    void the_same_order_is_mailed_once() {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
            PlainMain.send(server.uri(), "sqlite:" + folder.resolve("mail.db"));
            PlainMain.send(server.uri(), "sqlite:" + folder.resolve("mail.db"));

            assertThat(server.mails()).hasSize(1);
        }
    }

    @Test
    void the_timeline_says_why_a_mail_was_refused() {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
            server.replyTo("jo@example.org", "550 5.1.1 no such user");

            String told = PlainMain.send(server.uri(), "memory");

            assertThat(told)
                    .contains("REJECTED by smtp://127.0.0.1:")
                    .contains("recipient-rejected at RCPT_TO, host 127.0.0.1:")
                    .contains("550 5.1.1: no such user");
        }
    }

    @Test
    void the_second_way_out_is_used_while_the_first_fails() {
        try (ScriptedSmtpServer first = ScriptedSmtpServer.start();
                ScriptedSmtpServer second = ScriptedSmtpServer.start()) {
            first.always(Stage.GREETING, Reaction.reply("421 4.3.2 closed for today"));

            MessageStatus status = FailoverMain.send(first.uri(), second.uri());

            assertThat(status.isSent()).isTrue();
            assertThat(first.mails()).isEmpty();
            assertThat(second.mails()).hasSize(1);
        }
    }

    @Test
    void what_is_wrong_with_the_mail_itself_does_not_fall_through() {
        try (ScriptedSmtpServer first = ScriptedSmtpServer.start();
                ScriptedSmtpServer second = ScriptedSmtpServer.start()) {
            first.replyTo("jo@example.org", "550 5.1.1 no such user");

            MessageStatus status = FailoverMain.send(first.uri(), second.uri());

            assertThat(status.deliveries())
                    .singleElement()
                    .satisfies(d -> assertThat(d.state()).isEqualTo(DeliveryState.REJECTED));
            assertThat(second.sessions()).isEmpty();
        }
    }

    @Test
    void the_first_mail_lands_in_the_mailbox() {
        assertThat(MailboxMain.send()).extracting(MailboxMessage::subject).containsExactly("Your order 4711");
    }

    @Test
    void the_custom_transport_writes_one_line_for_both_recipients() throws Exception {
        Path file = folder.resolve("mail.jsonl");

        assertThat(CustomTransportMain.send(file)).contains("{SENT=2}");

        assertThat(Files.readAllLines(file))
                .singleElement()
                .satisfies(
                        line -> assertThat(line).contains("\"recipients\":[\"jo@example.org\",\"sam@example.org\"]"));
    }

    @Test
    void the_custom_factory_says_what_is_missing() {
        assertThatThrownBy(() -> Mailers.builder()
                        .install(new JsonLinesPlugin())
                        .transport("jsonl:")
                        .build())
                .isInstanceOf(MailerConfigException.class)
                .hasMessage("transport: jsonl: the file is missing; expected jsonl:path/to/file");
    }
}
