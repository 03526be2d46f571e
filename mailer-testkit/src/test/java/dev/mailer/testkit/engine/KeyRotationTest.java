// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Attachment;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.EncryptionKeys;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.Stores;
import dev.mailer.testkit.TestKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A new master key, while mail is submitted and sent. */
@Timeout(180)
class KeyRotationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int BEFORE = 1_200;
    private static final int SUBMITTERS = 4;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2", "postgresql", "mariadb"})
    void every_row_gets_the_new_key_and_every_mail_arrives_once(String product) throws Exception {
        RawLedger ledger = RawLedger.create(product, folder);
        List<MessageId> ids = new CopyOnWriteArrayList<>();
        try (MailerEngine mailer = builder(ledger, TestKeys.one()).paused().build()) {
            for (Reason reason : Reason.values()) {
                mailer.suppressions()
                        .add(new Suppression(
                                "default", null, "no@example.org", reason, "test", MovableClock.START, null));
            }
            for (int i = 0; i < BEFORE; i += 100) {
                ids.addAll(hundred(mailer, i));
            }
        }
        StubTransport transport = new StubTransport();

        try (MailerEngine mailer =
                builder(ledger, TestKeys.rotated()).transport(transport).build()) {
            submitWhile(
                    mailer,
                    ids,
                    () -> !mailer.keys().older().isEmpty()
                            || mailer.keys().rows().isEmpty());
            for (MessageId id : ids) {
                assertThat(mailer.await(id, PATIENCE).isSent())
                        .as("mail %s", id)
                        .isTrue();
            }
            assertThat(mailer.keys().current()).isEqualTo(2);
            assertThat(mailer.keys().rows()).doesNotContainKey(1).containsKey(2);
        }
        assertThat(transport.tried()).hasSize(ids.size());
        assertThat(transport.tried().stream()
                        .map(StubTransport.Tried::messageIdHeader)
                        .distinct())
                .hasSize(ids.size());
        for (String table : List.of("mailer_message", "mailer_blob", "mailer_suppression")) {
            assertThat(ledger.number("select count(*) from " + table + " where key_version <> 2"))
                    .as(table)
                    .isZero();
        }
        // the old key is not needed any more
        try (OutboxStore store =
                Stores.open(ledger.url(), EncryptionKeys.of(TestKeys.SECOND), InstantSource.system())) {
            assertThat(store.load(ids.get(0)).content()).isNotNull();
            assertThat(store.suppressions().list("default", null, null, 10).entries())
                    .extracting(Suppression::address)
                    .containsOnly("no@example.org")
                    .hasSize(Reason.values().length);
        }
    }

    private static void submitWhile(MailerEngine mailer, List<MessageId> ids, java.util.function.BooleanSupplier goOn)
            throws Exception {
        AtomicBoolean rotating = new AtomicBoolean(true);
        ExecutorService submitters = Executors.newFixedThreadPool(SUBMITTERS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < SUBMITTERS; i++) {
                all.add(submitters.submit(() -> {
                    while (rotating.get()) {
                        ids.add(mailer.send(mail("during")).id());
                    }
                }));
            }
            Rig.eventually("no row needs the old key").atMost(PATIENCE).until(() -> !goOn.getAsBoolean());
            rotating.set(false);
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            rotating.set(false);
            submitters.shutdownNow();
        }
    }

    private static List<MessageId> hundred(MailerEngine mailer, int from) {
        List<dev.mailer.api.Email> mails = new ArrayList<>();
        for (int i = from; i < from + 100; i++) {
            mails.add(mail("before " + i));
        }
        return mailer.sendAll(mails).stream().map(r -> r.id()).toList();
    }

    private static dev.mailer.api.Email mail(String text) {
        return Rig.mail("jo@example.org")
                .attach(Attachment.of("terms.txt", "text/plain", "terms".getBytes(StandardCharsets.US_ASCII)))
                .metadata("text", text)
                .build();
    }

    private static dev.mailer.core.MailerBuilder builder(RawLedger ledger, EncryptionKeys keys) {
        return Mailers.builder().store(ledger.url()).encryption(keys).closeTimeout(Duration.ofSeconds(5));
    }
}
