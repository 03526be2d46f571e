// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.PersonalRecords.Erasure;
import dev.mailer.core.PersonalRecords.ExportedMail;
import dev.mailer.testkit.TestKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Giving and erasing what is stored of a person, on a mailer at work. */
@Timeout(60)
class ErasureTest {
    private static final String JO = "jo@example.org";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_is_erased_was_exported_before_and_is_not_after(boolean encrypted) throws Exception {
        RawLedger ledger = RawLedger.create("sqlite", folder);
        try (MailerEngine mailer = open(ledger, encrypted, new StubTransport())) {
            MessageId sent =
                    mailer.send(Rig.mail(JO).metadata("k", "v").build()).id();
            mailer.await(sent, Duration.ofSeconds(20));
            MessageId later = mailer.send(
                            Rig.mail(JO).sendAt(Instant.now().plusSeconds(3600)).build())
                    .id();
            mailer.suppressions().addAll(List.of(suppressed(JO, Reason.COMPLAINT), suppressed(JO, Reason.MANUAL)));

            List<ExportedMail> before = export(mailer);
            Erasure done = mailer.personalData().erase("default", JO);

            assertThat(before).extracting(m -> m.status().id()).containsExactly(later, sent);
            assertThat(before.get(1).eml().asUtf8()).contains("To: " + JO, "It is on its way.");
            assertThat(before.get(1).events()).hasSize(2);
            assertThat(done).isEqualTo(new Erasure(2, 1, 2, 0));
            assertThat(export(mailer)).isEmpty();
            assertThat(mailer.personalData().erase("default", JO)).isEqualTo(new Erasure(0, 0, 0, 0));
            assertThat(mailer.find(later).deliveries().get(0).state()).isEqualTo(DeliveryState.CANCELLED);
            assertThat(mailer.find(mailer.send(Rig.mail(JO).build()).id())
                            .deliveries()
                            .get(0)
                            .state())
                    .isEqualTo(DeliveryState.SUPPRESSED);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_export_has_all_of_the_person_and_nothing_of_others(boolean encrypted) throws Exception {
        RawLedger ledger = RawLedger.create("sqlite", folder);
        try (MailerEngine mailer = open(ledger, encrypted, new StubTransport())) {
            MessageId id = mailer.send(Rig.mail("\"Jo\"@Example.org")
                            .bcc("secret@example.net")
                            .build())
                    .id();
            mailer.await(id, Duration.ofSeconds(20));
            List<DeliveryStatus> deliveries = mailer.find(id).deliveries();
            for (DeliveryStatus delivery : deliveries) {
                for (int i = 0; i < 1_100; i++) {
                    var unused = mailer.deliveryReports().submit(opened(delivery, i));
                }
            }
            mailer.deliveryReports().report(opened(deliveries.get(0), 1_100));

            ExportedMail mail = export(mailer).get(0);

            assertThat(mail.status().deliveries())
                    .extracting(DeliveryStatus::id)
                    .containsExactly(deliveries.get(0).id());
            assertThat(mail.status().lastEvent()).isEqualTo(EventType.OPENED);
            assertThat(mail.events())
                    .hasSize(2 + 1_101)
                    .allMatch(e -> e.deliveryId() == deliveries.get(0).id());
            assertThat(mail.events()).extracting(MailEvent::at).isSorted();
            assertThat(mail.eml().asUtf8()).doesNotContain("secret");
        }
    }

    private static Report opened(DeliveryStatus delivery, int number) {
        return new Report(
                "test",
                delivery.id() + "-" + number,
                EventType.OPENED,
                delivery.id(),
                Instant.now().plusSeconds(number),
                null,
                Map.of());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_mail_that_is_being_sent_is_erased_when_it_is_sent(boolean encrypted) throws Exception {
        RawLedger ledger = RawLedger.create("sqlite", folder);
        CountDownLatch sending = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        StubTransport transport = new StubTransport().answering(t -> {
            sending.countDown();
            awaitQuietly(leave);
            return Outcome.accepted("250 <" + JO + "> ok", null);
        });
        try (MailerEngine mailer = open(ledger, encrypted, transport)) {
            MessageId id = mailer.send(Rig.mail(JO).build()).id();
            assertThat(sending.await(20, TimeUnit.SECONDS)).isTrue();

            CompletableFuture<Erasure> erasure =
                    CompletableFuture.supplyAsync(() -> mailer.personalData().erase("default", JO));
            leave.countDown();

            assertThat(erasure.get(40, TimeUnit.SECONDS)).isEqualTo(new Erasure(1, 0, 0, 0));
            var delivery = mailer.find(id).deliveries().get(0);
            assertThat(delivery.state()).isEqualTo(DeliveryState.SENT);
            assertThat(delivery.recipient()).isEmpty();
            assertThat(delivery.reply()).isNull();
            assertThat(mailer.trace(id).events())
                    .allSatisfy(e -> assertThat(e.detail()).isEmpty());
        }
        assertThat(ledger.texts("select outcome from mailer_delivery")).containsOnlyNulls();
        assertThat(ledger.texts("select detail from mailer_event")).containsOnlyNulls();
        assertThat(ledger.number("select count(*) from mailer_message where wrapped_key is null and key_version = -1"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void of_an_erased_mail_no_hash_is_left_and_its_key_sends_no_second_one(boolean encrypted) throws Exception {
        RawLedger ledger = RawLedger.create("sqlite", folder);
        StubTransport transport = new StubTransport();
        try (MailerEngine mailer = open(ledger, encrypted, transport)) {
            MessageId id =
                    mailer.send(Rig.mail(JO).idempotencyKey("order-1").build()).id();
            mailer.await(id, Duration.ofSeconds(20));
            assertThat(ledger.bytes("select content_hash from mailer_idempotency")
                            .get(0))
                    .hasSize(32);

            mailer.personalData().erase("default", JO);

            assertThat(ledger.number("select count(*) from mailer_idempotency where length(content_hash) = 0"))
                    .isEqualTo(1);
            assertThat(mailer.send(Rig.mail(JO).idempotencyKey("order-1").build())
                            .id())
                    .isEqualTo(id);
            assertThat(transport.tried()).hasSize(1);
        }
    }

    private static List<ExportedMail> export(MailerEngine mailer) {
        List<ExportedMail> all = new ArrayList<>();
        mailer.personalData().export("default", JO, all::add);
        return all;
    }

    private static Suppression suppressed(String address, Reason reason) {
        return new Suppression("default", null, address, reason, "test", MovableClock.START, null);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static MailerEngine open(RawLedger ledger, boolean encrypted, StubTransport transport) {
        MailerBuilder builder =
                Mailers.builder().store(ledger.url()).transport(transport).closeTimeout(Duration.ofSeconds(5));
        if (encrypted) {
            builder.encryption(TestKeys.one());
        }
        return builder.build();
    }
}
