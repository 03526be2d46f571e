// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.EncryptionKeys;
import dev.mailer.core.Stores;
import dev.mailer.testkit.LedgerDriver;
import dev.mailer.testkit.SampleMessage;
import dev.mailer.testkit.TestKeys;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** When a ledger forgets a master key: not before every row can do without it. */
@Timeout(240)
class ForgottenKeysTest {
    private static final int MOST_STEPS = 50;

    /** Of a node that writes with key 1 and can read what others write with key 2. */
    private static final EncryptionKeys OLDER = EncryptionKeys.of(TestKeys.FIRST, TestKeys.SECOND);

    @TempDir
    Path folder;

    private final MovableClock clock = new MovableClock();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.mailer.core.internal.store.KeyRotation");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb"})
    void a_key_that_a_living_node_writes_with_is_not_forgotten(String product) {
        RawLedger ledger = RawLedger.create(product, folder);
        MessageId id;
        try (OutboxStore newer = open(ledger, TestKeys.rotated())) {
            try (OutboxStore older = open(ledger, OLDER)) {
                long node = driver(older).node();
                driver(newer).node();
                rotate(newer);
                rotate(newer);
                assertThat(older(newer)).containsExactly(1);

                id = driver(older).accept(SampleMessage.to("jo@example.org"));
                signOff(older, node);
            }
            rotate(newer);

            assertThat(older(newer)).isEmpty();
        }
        assertReadableWithSecond(ledger, id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb"})
    void a_mail_of_a_host_s_transaction_that_was_open_meanwhile_stays_readable(String product) throws Exception {
        RawLedger ledger = RawLedger.create(product, folder);
        MessageId id;
        try (OutboxStore newer = open(ledger, TestKeys.rotated())) {
            try (OutboxStore older = open(ledger, OLDER);
                    Connection host = DriverManager.getConnection(ledger.jdbc())) {
                long node = driver(older).node();
                host.setAutoCommit(false);
                var message = driver(older).build(SampleMessage.to("jo@example.org"));
                id = message.id();
                older.join(host).append(List.of(message));
                rotate(newer);
                host.commit();
                signOff(older, node);
            }
            rotate(newer);

            assertThat(older(newer)).isEmpty();
        }
        assertReadableWithSecond(ledger, id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb"})
    void a_key_of_a_node_that_came_and_went_during_a_pass_is_not_forgotten_by_it(String product) {
        RawLedger ledger = RawLedger.create(product, folder);
        MessageId id;
        try (OutboxStore newer = open(ledger, TestKeys.rotated())) {
            try (OutboxStore older = open(ledger, OLDER)) {
                assertThat(newer.rotateKeys()).as("a pass begins").isTrue();
                assertThat(newer.rotateKeys()).as("it has seen the messages").isTrue();
                long node = driver(older).node();
                id = driver(older).accept(SampleMessage.to("jo@example.org"));
                signOff(older, node);
            }
            assertThat(newer.rotateKeys()).isTrue();
            newer.rotateKeys();
            assertThat(older(newer)).containsExactly(1);
            rotate(newer);

            assertThat(older(newer)).isEmpty();
        }
        assertReadableWithSecond(ledger, id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb"})
    void a_node_that_comes_back_with_the_new_key_has_all_rows_looked_at_again(String product) {
        RawLedger ledger = RawLedger.create(product, folder);
        MessageId id;
        try (OutboxStore newer = open(ledger, TestKeys.rotated())) {
            // one that accepts only, and is registered nowhere
            try (OutboxStore older = open(ledger, OLDER)) {
                rotate(newer);
                rotate(newer);
                assertThat(older(newer)).isEmpty();
                id = driver(older).accept(SampleMessage.to("jo@example.org"));
            }
            open(ledger, TestKeys.rotated()).close();
            rotate(newer);

            assertThat(older(newer)).isEmpty();
        }
        assertReadableWithSecond(ledger, id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2", "postgresql", "mariadb"})
    void rows_under_a_key_that_the_ledger_has_forgotten_are_found_by_the_next_start_that_has_it(String product)
            throws Exception {
        RawLedger ledger = RawLedger.create(product, folder);
        MessageId id;
        try (OutboxStore store = open(ledger, TestKeys.one())) {
            id = driver(store).accept(SampleMessage.to("jo@example.org"));
        }
        try (OutboxStore store = open(ledger, TestKeys.rotated())) {
            store.rotateKeys();
        }
        ledger.change("delete from mailer_key where purpose = 'master' and version = 1");

        try (OutboxStore store = open(ledger, TestKeys.rotated())) {
            assertThat(store.keys().older()).containsExactly(1);
            rotate(store);
            assertThat(older(store)).isEmpty();
        }
        assertReadableWithSecond(ledger, id);
    }

    @Test
    void a_key_that_cannot_be_opened_is_told_once_and_tried_again_every_hour() throws Exception {
        RawLedger ledger = RawLedger.create("sqlite", folder);
        try (OutboxStore store = open(ledger, TestKeys.one())) {
            for (int i = 0; i < 3; i++) {
                driver(store).accept(SampleMessage.to("jo@example.org"));
            }
        }
        byte[] key = ledger.bytes("select wrapped_key from mailer_message order by id")
                .get(0);
        byte[] altered = key.clone();
        altered[altered.length - 1] ^= 1;
        ledger.change("update mailer_message set wrapped_key = ?", (Object) altered);

        try (OutboxStore store = open(ledger, TestKeys.rotated())) {
            rotate(store);
            assertThat(warnings())
                    .singleElement()
                    .satisfies(w -> assertThat(w)
                            .startsWith("3 data keys under older master keys cannot be opened")
                            .contains("cannot be decrypted", "restore their rows from a backup"));
            assertThat(store.keys().older()).containsExactly(1);

            assertThat(store.rotateKeys()).as("at once").isFalse();
            clock.advance(Duration.ofMinutes(59));
            assertThat(store.rotateKeys()).as("within the hour").isFalse();
            clock.advance(Duration.ofMinutes(2));
            assertThat(store.rotateKeys()).as("behind the hour").isTrue();
            rotate(store);
            assertThat(warnings()).hasSize(1);
        }
    }

    private List<String> warnings() {
        return log.list.stream()
                .filter(e -> e.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    /** As long as there is something to do at once. */
    private static void rotate(OutboxStore store) {
        for (int i = 0; i < MOST_STEPS; i++) {
            if (!store.rotateKeys()) {
                return;
            }
        }
        throw new AssertionError("there is always something to do at once");
    }

    private static void signOff(OutboxStore store, long node) {
        store.transact(tx -> {
            tx.removeNode(node);
            return true;
        });
    }

    private static List<Integer> older(OutboxStore store) {
        return Objects.requireNonNull(store.keys()).older();
    }

    private static void assertReadableWithSecond(RawLedger ledger, MessageId id) {
        try (OutboxStore store = Stores.open(ledger.url(), EncryptionKeys.of(TestKeys.SECOND), new MovableClock())) {
            assertThat(Objects.requireNonNull(store.load(id)).content()).isNotNull();
        }
    }

    private static LedgerDriver driver(OutboxStore store) {
        return new LedgerDriver(store, store.cipher()::lookupHash);
    }

    private OutboxStore open(RawLedger ledger, EncryptionKeys keys) {
        OutboxStore store = Stores.open(ledger.url(), keys, clock);
        store.register(SampleMessage.LANE);
        return store;
    }
}
