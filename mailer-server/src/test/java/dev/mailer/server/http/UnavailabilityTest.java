// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.MailerUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UnavailabilityTest {
    private final AtomicLong nanos = new AtomicLong();
    private final Unavailability unavailability = new Unavailability(nanos::get);
    private final MailerUnavailableException full =
            new MailerUnavailableException("full", Duration.ZERO, new IOException("disk"));
    private final MailerUnavailableException slow = new MailerUnavailableException("slow down", Duration.ZERO, null);

    @Test
    void the_log_hears_of_the_same_trouble_every_half_minute_and_of_another_at_once() {
        try (LogUnderTest log = new LogUnderTest()) {
            unavailability.answer(full, "GET /", false);
            unavailability.answer(full, "GET /", false);
            assertThat(log.lines()).hasSize(1);

            nanos.addAndGet(Duration.ofSeconds(30).toNanos());
            unavailability.answer(full, "GET /", false);
            assertThat(log.lines()).hasSize(2);

            unavailability.answer(slow, "GET /", false);
            assertThat(log.lines()).hasSize(3);
        }
    }
}
