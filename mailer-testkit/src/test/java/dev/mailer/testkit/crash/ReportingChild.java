// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.crash;

import dev.mailer.api.Email;
import dev.mailer.api.EventType;
import dev.mailer.api.MailerException;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.Subscriptions.Change;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.Stores;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;

/**
 * The process that is killed while it stores reports and what recipients decide: it says on its standard output what was stored, from when on
 * it has to be there.
 */
final class ReportingChild {
    private ReportingChild() {}

    /** Store, and a name for what this process reports. */
    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var store = Stores.open(args[0], InstantSource.system());
        MailerEngine mailer = Mailers.builder()
                .transport("null:")
                .store(store)
                .limits(l -> l.lease(Duration.ofSeconds(2)))
                .build();
        MessageId id = mailer.send(mail(args[1])).id();
        long delivery = mailer.find(id).deliveries().get(0).id();
        out.println("MAIL " + id);
        for (int i = 0; System.in.available() == 0; i++) {
            String event = args[1] + "." + i;
            try {
                var unused = mailer.deliveryReports()
                        .submit(new Report(
                                "pixel", event, EventType.OPENED, delivery, Instant.now(), null, Map.of("n", event)))
                        .thenAccept(result -> out.println("REPORT " + event + " " + id));
            } catch (MailerException e) {
                // too many wait
            }
            if (i % 50 == 0) {
                String address = "u" + event + "@example.org";
                if (store.subscriptions()
                        .unsubscribe(
                                new Change("default", address, Set.of(), 0, "one-click", Instant.now(), Map.of()))) {
                    out.println("UNSUBSCRIBED " + address);
                }
            }
        }
        mailer.close();
    }

    private static Email mail(String name) {
        return Email.builder()
                .from("shop@example.com")
                .to(name + "@example.org")
                .subject("Hello")
                .text("Hello")
                .build();
    }
}
