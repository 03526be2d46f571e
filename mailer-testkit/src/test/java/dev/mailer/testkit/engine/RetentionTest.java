// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Attachment;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MessageId;
import dev.mailer.api.SendResult;
import dev.mailer.core.Stores;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The engine removes what is old by itself, and the file gets smaller. */
@Timeout(120)
class RetentionTest {
    private static final int MAILS = 20;
    private static final int ATTACHED = 200_000;

    @TempDir
    Path folder;

    private final Rig rig = new Rig()
            .with(m -> m.transport(new StubTransport())
                    .retention(r -> r.content(Duration.ofHours(1))
                            .messages(Duration.ofDays(3))
                            .idempotencyKeys(Duration.ofDays(1))));

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void what_is_old_goes_in_its_turn_and_the_file_of_the_ledger_shrinks() {
        rig.store(Stores.open("sqlite:" + folder.resolve("ledger.db"), rig.clock));
        List<MessageId> old = new ArrayList<>();
        for (int i = 0; i < MAILS; i++) {
            old.add(send(i).id());
        }
        Email.Builder campaign = Rig.mail("sam@example.org")
                .idempotencyKey("spring")
                .idempotencyUntil(MovableClock.START.plus(Duration.ofDays(2)));
        old.add(rig.send(campaign));
        MessageId waiting = rig.send(Rig.mail("ann@example.org").sendAt(MovableClock.START.plus(Duration.ofDays(9))));
        old.forEach(id -> rig.await(id, DeliveryState.SENT));
        long full = pages("page_count");
        assertThat(full).isGreaterThan((long) MAILS * ATTACHED / 8192);

        rig.clock.advance(Duration.ofHours(2));
        Rig.until(
                "the content is gone",
                () -> old.stream().allMatch(id -> rig.mailer().email(id) == null));
        assertThat(old).noneMatch(id -> rig.mailer().find(id) == null);
        assertThat(send(0).isDuplicate()).as("the key holds for its day").isTrue();

        rig.clock.advance(Duration.ofDays(1));
        minuteByMinute("most pages are free or given back", () -> pages("page_count") - pages("freelist_count"), full);
        minuteByMinute("the file gets smaller", () -> pages("page_count"), full);
        SendResult again = send(0);
        assertThat(again.isDuplicate()).as("the key is gone").isFalse();
        assertThat(rig.mailer().send(campaign.build()).isDuplicate())
                .as("this one is remembered longer")
                .isTrue();

        rig.clock.advance(Duration.ofDays(2));
        Rig.until(
                "the mails are gone",
                () -> old.stream().allMatch(id -> rig.mailer().find(id) == null));
        assertThat(number("select count(*) from mailer_recipient"))
                .as("the addresses of the two mails that are left")
                .isEqualTo(2);
        assertThat(rig.delivery(waiting).state()).isEqualTo(DeliveryState.SCHEDULED);
        assertThat(rig.mailer().email(waiting)).isNotNull();
    }

    @Test
    void no_key_is_remembered_for_ever() {
        Email.Builder mail = Rig.mail("jo@example.org")
                .idempotencyKey("spring")
                .idempotencyUntil(MovableClock.START.plus(Duration.ofDays(401)));

        assertThatThrownBy(() -> rig.send(mail))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessageContaining("idempotencyUntil")
                .hasMessageContaining("at most 400 days");
    }

    /** Not much faster than the mailer looks: what is still to be remembered for hours must not be over on a slow machine. */
    private void minuteByMinute(String what, LongSupplier pages, long full) {
        Rig.eventually(what).pollInterval(Duration.ofMillis(200)).until(() -> {
            rig.clock.advance(Duration.ofMinutes(1));
            return pages.getAsLong() < full / 4;
        });
    }

    private SendResult send(int number) {
        byte[] attached = new byte[ATTACHED];
        new Random(number).nextBytes(attached);
        return rig.mailer()
                .send(Rig.mail("r" + number + "@example.org")
                        .idempotencyKey("order-" + number)
                        .attach(Attachment.of("noise.bin", attached))
                        .build());
    }

    private long pages(String pragma) {
        return number("pragma " + pragma);
    }

    private long number(String sql) {
        try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(sql)) {
            return r.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
