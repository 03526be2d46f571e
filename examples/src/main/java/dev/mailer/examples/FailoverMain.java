// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples;

import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageStatus;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import java.time.Duration;

/** Shows two ways out, of which the second is used while the first one fails as a whole. */
public final class FailoverMain {
    private FailoverMain() {}

    /** The arguments are two transports. */
    public static void main(String[] args) {
        String[] given = Arguments.require(2, "FIRST-TRANSPORT SECOND-TRANSPORT", args);
        for (DeliveryStatus delivery : send(given[0], given[1]).deliveries()) {
            System.out.println(delivery + " by " + delivery.transport());
        }
    }

    static MessageStatus send(String first, String second) {
        try (MailerEngine mailer = Mailers.create("failover(" + first + " " + second + ")")) {
            MessageId id = mailer.send(mail -> mail.from("shop@example.com")
                            .to("jo@example.org")
                            .subject("Your order 4711")
                            .text("Thank you!"))
                    .id();
            MessageStatus status = mailer.await(id, Duration.ofSeconds(30));
            if (status == null) {
                throw new MailerUnavailableException("the ledger has lost " + id, Duration.ZERO, null);
            }
            return status;
        }
    }
}
