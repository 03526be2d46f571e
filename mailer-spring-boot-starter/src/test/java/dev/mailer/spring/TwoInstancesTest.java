// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.Email;
import dev.mailer.api.Mailer;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.SimpleTransport;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.TransportCapabilities;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Two instances of an application on one database. */
class TwoInstancesTest {
    private static final int MAILS = 200;

    @Test
    void each_mail_is_sent_once() {
        String url = Postgres.nextUrl();
        // neither may finish a mail before the other has begun one
        CountDownLatch both = new CountDownLatch(2);
        Counting first = new Counting(both);
        Counting second = new Counting(both);
        instance(url, "one", first)
                .run(one -> instance(url, "two", second).run(two -> {
                    one.getBean(Mailer.class).sendAll(mails(0, MAILS / 2));
                    two.getBean(Mailer.class).sendAll(mails(MAILS / 2, MAILS));
                    await().atMost(Duration.ofSeconds(60))
                            .untilAsserted(() ->
                                    assertThat(first.sent() + second.sent()).isGreaterThanOrEqualTo(MAILS));
                }));

        assertThat(first.sent()).isPositive();
        assertThat(second.sent()).isPositive();
        List<String> all = new ArrayList<>(first.copies.keySet());
        all.addAll(second.copies.keySet());
        assertThat(all).hasSize(MAILS).doesNotHaveDuplicates();
        assertThat(first.sent() + second.sent()).isEqualTo(MAILS);
    }

    private static ApplicationContextRunner instance(String url, String name, Counting transport) {
        return new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(DataSourceAutoConfiguration.class, MailerAutoConfiguration.class))
                .withBean(Counting.class, () -> transport)
                .withPropertyValues("spring.datasource.url=" + url, "mailer.node-name=" + name);
    }

    private static List<Email> mails(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> Email.builder()
                        .from("shop@example.com")
                        .to("jo" + i + "@example" + i % 10 + ".org")
                        .subject("Your order " + i)
                        .text("Thank you!")
                        .build())
                .toList();
    }

    /** Counts the copies of each mail. */
    static final class Counting implements SimpleTransport {
        private final Map<String, Integer> copies = new ConcurrentHashMap<>();
        private final AtomicBoolean begun = new AtomicBoolean();
        private final CountDownLatch both;

        Counting(CountDownLatch both) {
            this.both = both;
        }

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public TransportCapabilities capabilities() {
            return TransportCapabilities.DEFAULT;
        }

        @Override
        public Outcome sendOne(Submission submission) {
            copies.merge(submission.messageId().toString(), 1, Integer::sum);
            if (begun.compareAndSet(false, true)) {
                both.countDown();
            }
            await(both);
            return Outcome.accepted("250 taken", null);
        }

        private static void await(CountDownLatch latch) {
            try {
                assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private int sent() {
            return copies.values().stream().mapToInt(Integer::intValue).sum();
        }
    }
}
