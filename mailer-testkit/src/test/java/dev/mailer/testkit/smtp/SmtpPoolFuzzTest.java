// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Address;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.testkit.SampleSubmission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Many threads send over few connections to a server that refuses, drops and closes at random. Each mail names itself in every command
 * and in its content, so that a server that hears parts of two in one transaction knows it.
 */
class SmtpPoolFuzzTest {
    private static final int THREADS = 64;
    private static final int MAILS = 3_000;
    private static final int MOST_AT_ONCE = 8;

    @ParameterizedTest
    @CsvSource({"1, chained, never", "2, never, never", "3, offered, offered", "4, offered, never"})
    void every_transaction_is_about_one_mail_and_every_outcome_is_what_the_server_did(
            long seed, String pipelining, String chunking) throws Exception {
        Verdicts outcomes = new Verdicts();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (CapriciousServer server = new CapriciousServer(seed, chunking.equals("offered"));
                Transport transport = Clients.of("smtp://127.0.0.1:" + server.port() + "?connections=7&pipelining="
                        + pipelining + "&chunking=" + chunking + "&" + Clients.FAST)) {
            List<Future<?>> running = new ArrayList<>();
            Random random = new Random(seed);
            int mails = 0;
            while (mails < MAILS) {
                List<Submission> batch = new ArrayList<>();
                int size = 1 + random.nextInt(MOST_AT_ONCE);
                for (int i = 0; i < size; i++) {
                    batch.add(mail(mails++, random));
                }
                running.add(threads.submit(() -> transport.send(batch, outcomes)));
            }
            for (Future<?> one : running) {
                one.get(120, TimeUnit.SECONDS);
            }

            assertThat(server.faults()).as("what the server heard out of place").isEmpty();
            assertThat(server.capers()).as("what the server did to us").isGreaterThan(MAILS / 10);
            assertThat(outcomes.byRecipient.keySet()).hasSizeGreaterThanOrEqualTo(mails);
            outcomes.byRecipient.forEach((recipient, outcome) -> {
                int copies = server.copies(recipient);
                if (outcome.kind() == Kind.ACCEPTED) {
                    assertThat(copies).as(recipient + " " + outcome).isEqualTo(1);
                } else if (outcome.kind() == Kind.AMBIGUOUS) {
                    assertThat(copies).as(recipient + " " + outcome).isLessThanOrEqualTo(1);
                } else {
                    assertThat(copies).as(recipient + " " + outcome).isZero();
                }
            });
        } finally {
            threads.shutdownNow();
        }
    }

    /** One to three recipients, whose addresses begin with the number of the mail, which is in every line of the content too. */
    private static Submission mail(int number, Random random) {
        String[] recipients = new String[1 + random.nextInt(3)];
        for (int i = 0; i < recipients.length; i++) {
            recipients[i] = "m" + number + "-" + i + "@example.org";
        }
        String content = "Subject: m" + number + "\r\n\r\n" + ("m" + number + ".\r\n").repeat(1 + random.nextInt(300));
        return SampleSubmission.of(Bytes.utf8(content), recipients).sender(Address.of("m" + number + "@example.com"));
    }

    /** Fails on a second report. */
    private static final class Verdicts implements OutcomeSink {
        final Map<String, Outcome> byRecipient = new ConcurrentHashMap<>();

        @Override
        public boolean mayComplete(Submission submission) {
            return true;
        }

        @Override
        public void report(Submission submission, Recipient recipient, Outcome outcome) {
            Outcome before = byRecipient.put(recipient.address().spec(), outcome);
            if (before != null) {
                throw new AssertionError("reported twice: " + before + ", " + outcome);
            }
        }
    }
}
