// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.Failure;
import dev.mailer.api.MessageId;
import dev.mailer.api.Phase;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.SimpleTransport;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.TransportCapabilities;
import dev.mailer.api.spi.WireCapabilities;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.smime.TestCertificates.Holder;
import dev.mailer.testkit.TestClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a mail in a mailer: the same bytes on each attempt of each process, and what the ledger says of refused ones. */
class SmimeAttemptsTest {
    private static final Secret SECRET = Secret.of("0123456789abcdef0123456789abcdef");
    private static final Holder SHOP = TestCertificates.ec("shop@example.com");
    private static final Map<String, Holder> RECIPIENTS = Map.of(
            "jo@example.org", TestCertificates.rsa("jo@example.org"),
            "ann@example.org", TestCertificates.ec("ann@example.org"));

    @TempDir
    private Path folder;

    private final TestClock clock = TestClock.now();
    private final Map<String, List<Bytes>> sent = new ConcurrentHashMap<>();
    private volatile boolean deferring = true;

    @ParameterizedTest
    @EnumSource
    void every_attempt_in_every_process_has_the_same_bytes(ContentEncryption how) throws Exception {
        MessageId id;
        try (MailerEngine first = mailer(how)) {
            id = first.send(mail("jo@example.org", "ann@example.org")).id();
            await(first, id, DeliveryState.DEFERRED, 1);
            clock.advance(Duration.ofMinutes(5));
            await(first, id, DeliveryState.DEFERRED, 2);
        }
        deferring = false;
        try (MailerEngine second = mailer(how)) {
            clock.advance(Duration.ofHours(2));
            await(second, id, DeliveryState.SENT, 3);
        }

        assertThat(sent.keySet()).isEqualTo(RECIPIENTS.keySet());
        Set<Bytes> all = new HashSet<>();
        for (String recipient : RECIPIENTS.keySet()) {
            assertThat(sent.get(recipient)).hasSize(3);
            assertThat(Set.copyOf(sent.get(recipient))).hasSize(1);
            all.add(sent.get(recipient).get(0));
            byte[] mail = sent.get(recipient).get(0).toByteArray();
            byte[] signed = new BouncyCastleReader().decrypted(mail, RECIPIENTS.get(recipient));
            assertThat(new BouncyCastleReader().verified(signed)).asString().contains("Thank you!");
        }
        assertThat(all).hasSize(2);
    }

    @Test
    void one_recipient_without_a_certificate_does_not_keep_the_mail_from_others() throws Exception {
        deferring = false;
        try (MailerEngine mailer = mailer(ContentEncryption.AES_128_CBC)) {
            MessageId id =
                    mailer.send(mail("jo@example.org", "eve@example.net")).id();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> mailer.find(id).deliveries().stream()
                            .allMatch(d -> d.state() == DeliveryState.SENT || d.state() == DeliveryState.FAILED));

            assertThat(mailer.find(id).deliveries())
                    .filteredOn(d -> d.state() == DeliveryState.FAILED)
                    .singleElement()
                    .satisfies(d -> {
                        assertThat(d.recipient()).isEqualTo("eve@example.net");
                        assertThat(d.failure().reason()).isEqualTo("smime-no-certificate");
                    });
        }
        assertThat(sent.keySet()).containsExactly("jo@example.org");
    }

    private MailerEngine mailer(ContentEncryption how) {
        SimpleTransport transport = new Recording();
        return Mailers.builder()
                .clock(clock)
                .store("sqlite:" + folder.resolve("ledger.db"))
                .transport(transport)
                .retry(r -> r.first(Duration.ofMinutes(5)).jitter(0))
                .install(SmimePlugin.of(s -> s.identity("example.com", SHOP.pem())
                        .encrypt(
                                a -> RECIPIENTS.containsKey(a.spec())
                                        ? RECIPIENTS.get(a.spec()).certificate()
                                        : null,
                                SECRET)
                        .contentEncryption(how)))
                .build();
    }

    private static void await(MailerEngine mailer, MessageId id, DeliveryState state, int attempts) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> mailer.find(id).deliveries().stream()
                        .allMatch(d -> d.state() == state && d.attempts() == attempts));
    }

    private static Email mail(String... to) {
        return Email.builder()
                .from("shop@example.com")
                .to(to)
                .subject("Your order")
                .text("Thank you!")
                .build();
    }

    /** Takes mail, or puts it off, and keeps its bytes. */
    private final class Recording implements SimpleTransport {
        @Override
        public String name() {
            return "recording";
        }

        @Override
        public TransportCapabilities capabilities() {
            return TransportCapabilities.DEFAULT;
        }

        @Override
        public Destination destinationOf(String domain) {
            return new Destination(name());
        }

        @Override
        public void close() {}

        @Override
        public Outcome sendOne(Submission submission) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try {
                submission.writeTo(out, WireCapabilities.MINIMAL);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            assertThat(submission.size(WireCapabilities.MINIMAL)).isEqualTo(out.size());
            assertThat(submission.recipients()).hasSize(1);
            sent.computeIfAbsent(submission.recipients().get(0).address().spec(), k -> new CopyOnWriteArrayList<>())
                    .add(Bytes.wrap(out.toByteArray()));
            return deferring
                    ? Outcome.deferred(
                            Outcome.Scope.MESSAGE,
                            Failure.builder("later", Phase.CONNECT)
                                    .text("on purpose")
                                    .retryable()
                                    .build(),
                            null)
                    : Outcome.accepted("250 ok", null);
        }
    }
}
