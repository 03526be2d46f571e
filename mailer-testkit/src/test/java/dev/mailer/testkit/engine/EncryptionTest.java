// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Attachment;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.UnreadableException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.EncryptionKeys;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.Stores;
import dev.mailer.testkit.TestKeys;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mail whose ledger is encrypted: what becomes of rows that were altered or moved, and which keys open it. */
@Timeout(240)
class EncryptionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"document", "raw", "recipient", "sealed", "wrapped_key"})
    void a_mail_with_a_text_of_another_row_fails_and_others_are_sent(String column) throws Exception {
        RawLedger ledger = RawLedger.create("sqlite", folder);
        List<MessageId> ids = new ArrayList<>();
        try (MailerEngine mailer = open(ledger, TestKeys.one(), null)) {
            ids.add(send(mailer, column, "jo@example.org"));
            ids.add(send(mailer, column, "al@example.org"));
            ids.add(send(mailer, column, "my@example.org"));
        }
        swapFirstTwo(ledger, column);
        StubTransport transport = new StubTransport();

        try (MailerEngine mailer = open(ledger, TestKeys.one(), transport)) {
            assertThat(mailer.await(ids.get(2), PATIENCE).isSent()).isTrue();
            for (MessageId id : ids.subList(0, 2)) {
                var delivery = mailer.await(id, PATIENCE).deliveries().get(0);
                assertThat(delivery.state()).isEqualTo(DeliveryState.FAILED);
                assertThat(delivery.failure().reason()).isEqualTo("content-corrupt");
                assertThat(delivery.failure().text()).contains("cannot be decrypted");
            }
            assertThat(transport.tried()).hasSize(1);
        }
    }

    private static void swapFirstTwo(RawLedger ledger, String column) throws SQLException {
        boolean ofMessage = column.equals("sealed") || column.equals("wrapped_key");
        String table = ofMessage ? "mailer_message" : column.equals("recipient") ? "mailer_delivery" : "mailer_content";
        String name = ofMessage ? "id" : "message_id";
        List<Long> keys = ledger.texts("select id from mailer_message order by id").stream()
                .map(Long::parseLong)
                .toList();
        List<byte[]> values = ledger.bytes("select " + column + " from " + table + " order by " + name);
        for (int i = 0; i < 2; i++) {
            byte[] other = values.get(1 - i);
            ledger.change(
                    "update " + table + " set " + column + " = ? where " + name + " = ?",
                    column.equals("recipient") ? Bytes.wrap(other).asUtf8() : other,
                    keys.get(i));
        }
    }

    @Test
    void an_altered_text_is_an_error_and_the_rest_of_the_mail_is_shown() throws Exception {
        RawLedger ledger = RawLedger.create("sqlite", folder);
        try (MailerEngine mailer = open(ledger, TestKeys.one(), null)) {
            MessageId id = send(mailer, "", "jo@example.org");
            byte[] sealed = ledger.bytes("select sealed from mailer_message").get(0);
            sealed[sealed.length / 2] ^= 1;
            ledger.change("update mailer_message set sealed = ?", (Object) sealed);

            assertThat(mailer.find(id).subject()).isEqualTo("(unreadable: altered in the store)");
            assertThat(mailer.find(id).deliveries().get(0).recipient()).isEqualTo("jo@example.org");
            assertThatThrownBy(() -> mailer.email(id))
                    .isInstanceOf(UnreadableException.class)
                    .hasMessageContaining("cannot be decrypted");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2", "postgresql", "mariadb"})
    void a_ledger_opens_with_its_own_keys_only(String product) {
        RawLedger ledger = RawLedger.create(product, folder);
        open(ledger, TestKeys.one(), null).close();

        assertThatThrownBy(() -> open(ledger, null, null))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageStartingWith("encryption.key: is missing; the ledger is encrypted and needs master key 1");
        assertThatThrownBy(() -> open(ledger, EncryptionKeys.of(TestKeys.SECOND), null))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageContaining("the ledger has rows that need master key 1, configured are versions [2]");
        String other = EncryptionKeys.generate(1).reveal();
        assertThatThrownBy(() -> open(ledger, EncryptionKeys.of(other), null))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageContaining("version 1 is another key")
                .hasMessageNotContaining(other.substring(2));
        open(ledger, TestKeys.one(), null).close();
    }

    @Test
    void every_encryption_has_a_nonce_of_its_own() throws Exception {
        RawLedger ledger = RawLedger.create("sqlite", folder);
        try (MailerEngine mailer = open(ledger, TestKeys.one(), null)) {
            for (int i = 0; i < 200; i++) {
                send(mailer, "raw", "jo@example.org");
            }
        }
        List<byte[]> records = new ArrayList<>();
        for (String column : List.of("sealed", "wrapped_key")) {
            records.addAll(ledger.bytes("select " + column + " from mailer_message"));
        }
        records.addAll(ledger.bytes("select document from mailer_content"));
        records.addAll(ledger.bytes("select raw from mailer_content"));

        Set<String> nonces = new HashSet<>();
        records.forEach(r -> nonces.add(Bytes.wrap(Arrays.copyOfRange(r, 1, 13)).toHex()));

        assertThat(records).hasSize(800).allSatisfy(r -> assertThat(r[0]).isEqualTo((byte) 1));
        assertThat(nonces).hasSize(records.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb"})
    void nodes_that_start_at_once_agree_on_the_keys(String product) throws Exception {
        RawLedger ledger = RawLedger.create(product, folder);
        Stores.open(ledger.url(), InstantSource.system()).close();
        ExecutorService starters = Executors.newFixedThreadPool(4);
        try {
            List<Future<OutboxStore>> starts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                starts.add(starters.submit(() -> Stores.open(ledger.url(), TestKeys.one(), InstantSource.system())));
            }
            Set<Bytes> hashes = new HashSet<>();
            for (Future<OutboxStore> start : starts) {
                OutboxStore store = start.get();
                hashes.add(store.cipher().lookupHash("default", "jo@example.org"));
                store.close();
            }

            assertThat(hashes).hasSize(1);
            assertThat(ledger.number("select count(*) from mailer_key")).isEqualTo(4);
        } finally {
            starters.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2", "postgresql", "mariadb"})
    void turned_on_over_a_plain_ledger_old_mail_goes_out_and_is_found(String product) throws Exception {
        RawLedger ledger = RawLedger.create(product, folder);
        MessageId old;
        try (MailerEngine mailer = open(ledger, null, null)) {
            old = send(mailer, "attached", "jo@example.org");
            mailer.suppressions().addAll(suppressed("no@example.org"));
        }
        StubTransport transport = new StubTransport();

        try (MailerEngine mailer = open(ledger, TestKeys.one(), transport)) {
            MessageId fresh = send(mailer, "attached", "jo@example.org");
            MessageId suppressed = send(mailer, "", "no@example.org");

            assertThat(mailer.await(old, PATIENCE).isSent()).isTrue();
            assertThat(mailer.await(fresh, PATIENCE).isSent()).isTrue();
            assertThat(mailer.find(suppressed).deliveries().get(0).state()).isEqualTo(DeliveryState.SUPPRESSED);
            assertThat(mailer.list(MessageQuery.ofTenant("default").recipient("JO@example.org"))
                            .items())
                    .extracting(m -> m.id())
                    .containsExactlyInAnyOrder(old, fresh);
            assertThat(mailer.email(old)).isNotNull();
            assertThat(mailer.trace(old).events().get(1).detail()).containsEntry("reply", "250 ok");
            assertThat(mailer.suppressions().list("default", null, null, 10).entries())
                    .containsExactlyElementsOf(suppressed("no@example.org"));
        }
        assertThat(ledger.number("select count(*) from mailer_suppression where key_version = 1"))
                .isEqualTo(Reason.values().length);
        assertThat(ledger.texts("select address from mailer_suppression"))
                .hasSize(Reason.values().length)
                .noneMatch(address -> address.contains("@"));
        assertThat(ledger.texts("select recipient from mailer_delivery order by id")
                        .get(1))
                .doesNotContain("@");
    }

    /** For each reason. */
    private static List<Suppression> suppressed(String address) {
        return Stream.of(Reason.values())
                .map(r -> new Suppression("default", null, address, r, "test", MovableClock.START, null))
                .toList();
    }

    private static MessageId send(MailerEngine mailer, String what, String to) {
        var mail = Rig.mail(to);
        if (what.equals("raw")) {
            mail = dev.mailer.api.Email.builder()
                    .from("shop@example.com")
                    .to(to)
                    .raw("From: shop@example.com\r\nSubject: Raw\r\n\r\nText\r\n"
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        } else if (what.equals("attached")) {
            mail.attach(Attachment.of(
                    "terms.txt", "text/plain", "terms".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        }
        return mailer.send(mail.build()).id();
    }

    /** @param transport null to store only */
    private static MailerEngine open(
            RawLedger ledger, @Nullable EncryptionKeys keys, @Nullable StubTransport transport) {
        MailerBuilder builder = Mailers.builder().store(ledger.url()).closeTimeout(Duration.ofSeconds(5));
        if (keys != null) {
            builder.encryption(keys);
        }
        return transport == null
                ? builder.paused().build()
                : builder.transport(transport).build();
    }
}
