// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.MailerUnavailableException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreTroubleTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "08006, 0, true",
                "57P01, 0, true",
                "53100, 0, true",
                "53300, 0, true",
                "58030, 0, true",
                "22021, 0, false",
                "23505, 0, false",
                "40001, 0, false",
                "HY000, 1021, true",
                "HY000, 1290, true",
                "HY000, 1205, false",
                "90121, 90121, true",
                "90097, 90097, true",
                "25006, 0, true",
                "25006, 1792, true",
                "08S01, 1153, false",
                "HZ000, 0, false",
                "-, 13, true",
                "-, 10, true",
                "-, 522, true",
                "-, 8, true",
                "-, 14, true",
                "-, 5, true",
                "-, 19, false",
                "-, 1, false"
            })
    void a_store_is_down_when_it_takes_nothing_at_all(String state, int code, boolean down) {
        Throwable told =
                new MailerUnavailableException("told", Duration.ZERO, new SQLException("refused", state, code));

        assertThat(StoreTrouble.isDown(told)).isEqualTo(down);
    }

    @ParameterizedTest
    @CsvSource({"55P03, true", "40P01, true", "40001, true", "57014, true", "22021, false", "23505, false"})
    void what_another_transaction_caused_may_succeed_later(String state, boolean passing) {
        Throwable told = new MailerUnavailableException("told", Duration.ZERO, new SQLException("refused", state));

        assertThat(StoreTrouble.isPassing(told)).isEqualTo(passing);
        assertThat(StoreTrouble.isDown(told)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "HY000, 1205, true",
        "HY000, 1020, true",
        "HY000, 1366, false",
        "HYT00, 50200, true",
        "90131, 90131, true"
    })
    void so_it_may_where_the_code_of_the_database_says_it(String state, int code, boolean passing) {
        Throwable told =
                new MailerUnavailableException("told", Duration.ZERO, new SQLException("refused", state, code));

        assertThat(StoreTrouble.isPassing(told)).isEqualTo(passing);
    }

    @Test
    void a_batch_without_a_state_has_that_of_its_cause() {
        Throwable lost = new BatchUpdateException("failed", null, 0, new int[0], new SQLException("lost", "08006"));
        Throwable deadlock =
                new BatchUpdateException("failed", null, 0, new int[0], new SQLException("deadlock", "40001", 1213));

        assertThat(StoreTrouble.isDown(lost)).isTrue();
        assertThat(StoreTrouble.isDown(deadlock)).isFalse();
        assertThat(StoreTrouble.isPassing(deadlock)).isTrue();
    }

    @Test
    void a_pool_without_connections_is_down() {
        assertThat(StoreTrouble.isDown(new SQLTransientConnectionException("timed out")))
                .isTrue();
    }
}
