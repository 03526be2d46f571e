// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mailer.api.Email;
import dev.mailer.api.IdempotencyConflictException;
import dev.mailer.api.MessageId;
import dev.mailer.api.SendResult;
import dev.mailer.api.spi.Bytes;
import dev.mailer.core.EncryptionKeys;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.testkit.TestKeys;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Idempotency keys on an encrypted ledger: nobody finds out by guessing what a mail said, and a known key stays known. */
@Timeout(240)
class KeyedHashesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2", "postgresql", "mariadb"})
    void a_plain_hash_of_a_key_or_of_a_mail_is_stored_without_encryption_only(String product) throws Exception {
        RawLedger plain = RawLedger.create("h2", folder);
        try (MailerEngine mailer = open(plain, null)) {
            mailer.send(code("jo@example.org", "482913"));
        }
        RawLedger ledger = RawLedger.create(product, folder);
        try (MailerEngine mailer = open(ledger, TestKeys.one())) {
            mailer.send(code("jo@example.org", "482913"));
        }

        assertThat(hashes(plain)).hasSize(2);
        assertThat(hashes(ledger)).hasSize(2).doesNotContainAnyElementsOf(hashes(plain));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2", "postgresql", "mariadb"})
    void a_key_stays_known_when_encryption_is_turned_on_and_when_it_is_rotated(String product) throws Exception {
        RawLedger ledger = RawLedger.create(product, folder);
        MessageId before;
        MessageId during;
        try (MailerEngine mailer = open(ledger, null)) {
            before = mailer.send(code("jo@example.org", "1")).id();
        }
        try (MailerEngine mailer = open(ledger, TestKeys.one())) {
            assertThat(mailer.send(code("jo@example.org", "1")).id()).isEqualTo(before);
            during = mailer.send(code("al@example.org", "2")).id();
        }

        try (MailerEngine mailer = open(ledger, TestKeys.rotated())) {
            assertThat(mailer.sendAll(List.of(
                            code("jo@example.org", "1"), code("al@example.org", "2"), code("my@example.org", "3"))))
                    .extracting(SendResult::id)
                    .startsWith(before, during)
                    .doesNotHaveDuplicates();
            assertThatExceptionOfType(IdempotencyConflictException.class)
                    .isThrownBy(() -> mailer.send(code("jo@example.org", "another")));
            assertThatExceptionOfType(IdempotencyConflictException.class)
                    .isThrownBy(() -> mailer.send(code("al@example.org", "another")));
        }
        assertThat(ledger.number("select count(*) from mailer_message")).isEqualTo(3);
        assertThat(ledger.number("select count(*) from mailer_idempotency")).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb"})
    void a_key_from_before_encryption_is_known_in_a_host_s_transaction(String product) throws Exception {
        RawLedger ledger = RawLedger.create(product, folder);
        MessageId before;
        try (MailerEngine mailer = open(ledger, null)) {
            before = mailer.send(code("jo@example.org", "1")).id();
        }

        try (MailerEngine mailer = open(ledger, TestKeys.one());
                Connection host = DriverManager.getConnection(ledger.jdbc())) {
            host.setAutoCommit(false);
            assertThat(mailer.in(host).send(code("jo@example.org", "1")).id()).isEqualTo(before);
            assertThatExceptionOfType(IdempotencyConflictException.class)
                    .isThrownBy(() -> mailer.in(host)
                            .sendAll(List.of(code("al@example.org", "2"), code("jo@example.org", "another"))));
            host.commit();
        }
        assertThat(ledger.number("select count(*) from mailer_message")).isEqualTo(1);
        assertThat(ledger.number("select count(*) from mailer_idempotency")).isEqualTo(1);
    }

    private static Email code(String to, String code) {
        return Email.builder()
                .from("shop@example.com")
                .to(to)
                .subject("Your code")
                .text("Your code is " + code)
                .idempotencyKey("code-" + to)
                .build();
    }

    private static List<Bytes> hashes(RawLedger ledger) throws Exception {
        List<byte[]> all = new ArrayList<>(ledger.bytes("select key_hash from mailer_idempotency"));
        all.addAll(ledger.bytes("select content_hash from mailer_idempotency"));
        return all.stream().map(Bytes::wrap).toList();
    }

    private static MailerEngine open(RawLedger ledger, @Nullable EncryptionKeys keys) {
        MailerBuilder builder = Mailers.builder().store(ledger.url()).closeTimeout(Duration.ofSeconds(5));
        if (keys != null) {
            builder.encryption(keys);
        }
        return builder.paused().build();
    }
}
