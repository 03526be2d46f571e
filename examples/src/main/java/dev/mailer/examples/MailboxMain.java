// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples;

import dev.mailer.api.MessageId;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.mailbox.MailboxMessage;
import dev.mailer.mailbox.MailboxPlugin;
import java.time.Duration;
import java.util.List;

/** Shows the first mail without any server: it lands in the development mailbox, inside this process. */
public final class MailboxMain {
    private MailboxMain() {}

    public static void main(String[] args) {
        for (MailboxMessage message : send()) {
            System.out.println(message.subject());
        }
    }

    static List<MailboxMessage> send() {
        // tag::mailbox[]
        MailboxPlugin mailbox = MailboxPlugin.create();
        try (MailerEngine mailer =
                Mailers.builder().install(mailbox).transport("mailbox:").build()) {
            MessageId id = mailer.send(mail -> mail.from("Shop <shop@example.com>")
                            .to("jo@example.org")
                            .subject("Your order 4711")
                            .text("Thank you!"))
                    .id();
            System.out.println(mailer.await(id, Duration.ofSeconds(5)));
        }
        // end::mailbox[]
        return mailbox.mailbox().messages();
    }
}
