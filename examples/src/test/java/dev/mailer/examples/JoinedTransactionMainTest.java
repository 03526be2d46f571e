// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.core.MailerEngine;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class JoinedTransactionMainTest {
    @Test
    void the_order_and_its_mail_are_one_commit() throws Exception {
        try (EmbeddedPostgres database = EmbeddedPostgres.builder()
                        .setPGStartupWait(Duration.ofMinutes(2))
                        .start();
                ScriptedSmtpServer server = ScriptedSmtpServer.start();
                MailerEngine mailer = JoinedTransactionMain.open(database.getPostgresDatabase(), server.uri())) {
            JoinedTransactionMain.createTable(database.getPostgresDatabase());

            MessageId id = JoinedTransactionMain.order(database.getPostgresDatabase(), mailer, 4711);
            assertThatThrownBy(() -> JoinedTransactionMain.order(database.getPostgresDatabase(), mailer, 4711))
                    .isInstanceOf(SQLException.class);

            assertThat(mailer.await(id, Duration.ofSeconds(30)))
                    .isNotNull()
                    .satisfies(status -> assertThat(status.isSent()).isTrue());
            assertThat(mailer.list(MessageQuery.ofTenant("default")).items()).hasSize(1);
            assertThat(server.mails()).hasSize(1);
        }
    }
}
