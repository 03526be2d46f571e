// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.MessageId;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.MemoryTransport;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** What a full disk does: here the database may not grow beyond its present size. */
@Timeout(60)
class DiskFullTest {
    private static final String BODY = "x".repeat(20_000);

    @TempDir
    Path folder;

    @Test
    void mail_is_refused_while_the_disk_is_full_and_none_that_was_accepted_is_lost() throws Exception {
        Path file = folder.resolve("ledger.db");
        SqliteDialect dialect = new SqliteDialect();
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file);
        SqliteDatabase database = SqliteDatabase.open(file, () -> Migrations.run(source, dialect));
        JdbcOutboxStore store = LedgerKeys.open(database, dialect, null, InstantSource.system());
        MemoryTransport box = new MemoryTransport();
        List<MessageId> accepted = new ArrayList<>();
        try (MailerEngine mailer = Mailers.builder().transport(box).store(store).build()) {
            accepted.add(send(mailer));

            limit(database, 1);
            Throwable refusal = null;
            for (int i = 0; i < 1_000 && refusal == null; i++) {
                refusal = catchThrowable(() -> accepted.add(send(mailer)));
            }

            assertThat(refusal).isInstanceOf(MailerUnavailableException.class).hasMessageContaining("full");
            MailerEngine.Health health = mailer.health();
            // a duty that finds nothing to write commits all the same, which is a sign of health until the next mail
            for (int i = 0; i < 20 && health.accepting(); i++) {
                assertThatThrownBy(() -> send(mailer)).isInstanceOf(MailerUnavailableException.class);
                health = mailer.health();
            }
            assertThat(health.accepting()).isFalse();
            assertThat(health.problem()).contains("SQLITE_FULL");
            assertThatThrownBy(() -> send(mailer)).isInstanceOf(MailerUnavailableException.class);

            limit(database, 1_000_000);
            accepted.add(send(mailer));
            assertThat(box.awaitCount(accepted.size(), Duration.ofSeconds(30))).isTrue();
            assertThat(box.count()).isEqualTo(accepted.size());
            assertThat(mailer.health().accepting()).isTrue();
        }
    }

    private static MessageId send(MailerEngine mailer) {
        return mailer.send(mail -> mail.from("shop@example.com")
                        .to("jo@example.org")
                        .subject("Your order")
                        .text(BODY))
                .id();
    }

    /** A limit below the present size means the present size. */
    private static void limit(SqliteDatabase database, int pages) throws SQLException {
        database.write(s -> {
            try (Statement statement = s.connection().createStatement()) {
                return statement.execute("pragma max_page_count = " + pages);
            }
        });
    }
}
