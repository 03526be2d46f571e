// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks.startup;

import dev.mailer.api.Email;
import dev.mailer.api.Mailer;
import java.util.concurrent.TimeUnit;
import org.springframework.context.ApplicationContext;

/** The first mail after the start, which pays for what the start did not load; only where the starter is on the class path. */
final class FirstMail {
    private FirstMail() {}

    /** How long {@code send} takes, until the mail is committed. */
    static long millis(ApplicationContext context) {
        Mailer mailer = context.getBean(Mailer.class);
        long began = System.nanoTime();
        mailer.send(Email.builder()
                .from("shop@example.com")
                .to("jo@example.org")
                .subject("Your order")
                .text("Thank you.")
                .html("<p>Thank you.</p>")
                .build());
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }
}
