// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import dev.mailer.api.Email;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.StoredMessage;
import dev.mailer.core.internal.content.DecodedEmail;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClaimedMailTest {
    private static final DecodedEmail EMAIL = new DecodedEmail(
            Email.builder()
                    .from("a@example.org")
                    .to("b@example.org")
                    .subject("hello")
                    .text("hello")
                    .build(),
            null);

    @Test
    void slots_that_want_it_at_once_read_and_decode_it_once() throws Exception {
        StoredMessage stored = mock(StoredMessage.class);
        AtomicInteger read = new AtomicInteger();
        AtomicInteger decoded = new AtomicInteger();
        ClaimedMail mail = new ClaimedMail(() -> {
            read.incrementAndGet();
            return stored;
        });
        int slots = 8;
        CountDownLatch start = new CountDownLatch(slots);
        ExecutorService threads = Executors.newFixedThreadPool(slots);
        List<Future<DecodedEmail>> results = new ArrayList<>();
        try {
            for (int i = 0; i < slots; i++) {
                results.add(threads.submit(() -> {
                    start.countDown();
                    start.await();
                    assertThat(mail.message()).isSameAs(stored);
                    return mail.decoded(() -> {
                        decoded.incrementAndGet();
                        return EMAIL;
                    });
                }));
            }
            for (Future<DecodedEmail> result : results) {
                assertThat(result.get(60, TimeUnit.SECONDS)).isSameAs(EMAIL);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(read).hasValue(1);
        assertThat(decoded).hasValue(1);
    }

    @Test
    void what_fails_is_tried_again() throws IOException {
        StoredMessage stored = mock(StoredMessage.class);
        AtomicInteger tries = new AtomicInteger();
        ClaimedMail mail = new ClaimedMail(() -> {
            if (tries.incrementAndGet() == 1) {
                throw new MailerUnavailableException("down", Duration.ZERO, null);
            }
            return stored;
        });

        assertThatThrownBy(mail::message).isInstanceOf(MailerUnavailableException.class);
        assertThat(mail.message()).isSameAs(stored);
        assertThatThrownBy(() -> mail.decoded(() -> {
                    throw new IOException("cut");
                }))
                .hasMessage("cut");
        assertThat(mail.decoded(() -> EMAIL)).isSameAs(EMAIL);
    }
}
