// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MariaDbServerTest {
    @ParameterizedTest
    @CsvSource({"false, 0, 1", "true, 1, 1", "true, 0, 3", "false, 0, 3"})
    void a_commit_that_is_synced_is_not_worth_a_word(boolean binaryLog, long syncBinlog, long flush) {
        assertThat(new MariaDbServer(binaryLog, syncBinlog, flush, 0).losingCommits())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "true, 0, 1, 'innodb_flush_log_at_trx_commit = 1, sync_binlog = 0 with a binary log; set sync_binlog = 1'",
        "true, 1000, 1, 'innodb_flush_log_at_trx_commit = 1, sync_binlog = 1000 with a binary log; set sync_binlog = 1'",
        "false, 0, 2, 'innodb_flush_log_at_trx_commit = 2; set innodb_flush_log_at_trx_commit = 1'",
        "true, 1, 0, 'innodb_flush_log_at_trx_commit = 0, sync_binlog = 1 with a binary log;"
                + " set innodb_flush_log_at_trx_commit = 1 and sync_binlog = 1'"
    })
    void one_that_is_not_is_told_with_what_to_set(boolean binaryLog, long syncBinlog, long flush, String told) {
        assertThat(new MariaDbServer(binaryLog, syncBinlog, flush, 0).losingCommits())
                .isEqualTo("MariaDB loses mail that was accepted when its machine fails: " + told);
    }

    @Test
    void a_row_is_as_large_as_its_statement_in_which_quotes_take_two_bytes() {
        TableRows rows = new TableRows("t", "id bigint", "document bytea", "name text");
        rows.add(1L, "it's".getBytes(StandardCharsets.UTF_8), "a\"ä");

        assertThat(MariaDbServer.above(4096 + 5 + 4 + 1, rows)).isZero();
        assertThat(MariaDbServer.above(4096 + 5 + 4, rows)).isEqualTo(4096 + 5 + 5);
    }
}
