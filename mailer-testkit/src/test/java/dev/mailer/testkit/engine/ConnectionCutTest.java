// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.MessageId;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.MemoryTransport;
import dev.mailer.testkit.PostgresqlStores;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The database ends connections again and again, as at a failover, while mail comes in and goes out. */
@Timeout(120)
class ConnectionCutTest {
    private static final int MAILS = 400;
    private static final int MAILS_PER_CUT = 40;
    private static final int MAX_UNSETTLED = 8;

    @Test
    void cut_connections_lose_nothing_and_every_mail_ends() throws Exception {
        String url = PostgresqlStores.nextUrl();
        MemoryTransport box = new MemoryTransport("memory:", 10 * MAILS, Long.MAX_VALUE, InstantSource.system());
        List<MessageId> accepted = new ArrayList<>();
        int cuts = 0;
        try (Connection admin = DriverManager.getConnection(url);
                MailerEngine mailer = Mailers.builder()
                        .transport(box)
                        .store(url)
                        .limits(l -> l.lease(Duration.ofSeconds(2)).maxUnsettled(MAX_UNSETTLED))
                        .retry(r -> r.first(Duration.ofSeconds(1)))
                        .build()) {
            for (int i = 0; i < MAILS; i++) {
                if (i % MAILS_PER_CUT == 0) {
                    cuts += cut(admin) > 0 ? 1 : 0;
                }
                accepted.add(send(mailer, i));
            }

            patiently(Duration.ofSeconds(60)).until(() -> accepted.stream().allMatch(id -> isSent(mailer, id)));
        }
        assertThat(cuts).isPositive();
        assertThat(accepted).doesNotHaveDuplicates();
        assertThat(box.sent().stream().map(MemoryTransport.Sent::messageId).distinct())
                .containsExactlyInAnyOrderElementsOf(accepted);
        assertThat(box.count() - MAILS).isLessThanOrEqualTo((long) cuts * MAX_UNSETTLED);
    }

    /** As callers do: a mail that was not accepted for sure is sent again under its key. */
    private static MessageId send(MailerEngine mailer, int number) {
        return patiently(Duration.ofSeconds(60))
                .until(
                        () -> mailer.send(mail -> mail.from("shop@example.com")
                                        .to("jo" + number + "@example.org")
                                        .subject("Order " + number)
                                        .text("Thank you!")
                                        .idempotencyKey("order-" + number))
                                .id(),
                        id -> true);
    }

    private static boolean isSent(MailerEngine mailer, MessageId id) {
        return Objects.requireNonNull(mailer.find(id)).deliveries().stream()
                .allMatch(d -> d.state() == DeliveryState.SENT);
    }

    private static ConditionFactory patiently(Duration atMost) {
        return Awaitility.await()
                .atMost(atMost)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsMatching(e -> e instanceof MailerUnavailableException);
    }

    private static int cut(Connection admin) throws SQLException {
        try (Statement s = admin.createStatement();
                ResultSet r = s.executeQuery("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                        + " where application_name = 'mailer' and datname = current_database()")) {
            r.next();
            return r.getInt(1);
        }
    }
}
