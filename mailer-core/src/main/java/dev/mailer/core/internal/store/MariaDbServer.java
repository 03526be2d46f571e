// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What of a MariaDB server's settings decides over mail.
 *
 * @param binaryLog whether there is one; a commit is then prepared in InnoDB and decided there
 * @param syncBinlog after how many commits the binary log is synced, 0 for never
 * @param flush {@code innodb_flush_log_at_trx_commit}
 * @param maxPacket the largest statement, in bytes
 */
record MariaDbServer(boolean binaryLog, long syncBinlog, long flush, long maxPacket) {
    /** The most bytes of a statement besides its texts and bytes. */
    private static final int FRAME = 4096;

    static MariaDbServer ask(Statements statements) throws SQLException {
        return Objects.requireNonNull(statements
                .sql("select @@log_bin, @@sync_binlog, @@innodb_flush_log_at_trx_commit, @@max_allowed_packet")
                .first(r -> new MariaDbServer(r.getInt(1) != 0, r.getLong(2), r.getLong(3), r.getLong(4))));
    }

    /** What to tell where a commit is not on stable storage when it returns; null where it is. */
    @Nullable
    String losingCommits() {
        if (flush == 3 || (flush == 1 && (!binaryLog || syncBinlog == 1))) {
            return null;
        }
        return "MariaDB loses mail that was accepted when its machine fails: innodb_flush_log_at_trx_commit = " + flush
                + (binaryLog ? ", sync_binlog = " + syncBinlog + " with a binary log" : "") + "; set "
                + (flush == 1 ? "" : "innodb_flush_log_at_trx_commit = 1")
                + (flush == 1 || !binaryLog ? "" : " and ")
                + (binaryLog ? "sync_binlog = 1" : "");
    }

    /** The size of a row's statement that is larger than {@code limit}, 0 where none is. Those far below are not measured. */
    static long above(long limit, TableRows rows) {
        for (int row = 0; row < rows.count(); row++) {
            if (sum(rows, row, MariaDbServer::most) > limit) {
                long size = sum(rows, row, MariaDbServer::size);
                if (size > limit) {
                    return size;
                }
            }
        }
        return 0;
    }

    private static long sum(TableRows rows, int row, ToLongFunction<@Nullable Object> size) {
        long sum = FRAME;
        for (TableRows.Column column : rows.columns()) {
            sum += size.applyAsLong(column.values().get(row));
        }
        return sum;
    }

    private static long most(@Nullable Object value) {
        return value instanceof byte[] b ? 2L * b.length : value instanceof String s ? 3L * s.length() : 0;
    }

    /** As the driver writes it: as text, in which some bytes take two. */
    private static long size(@Nullable Object value) {
        byte[] bytes = value instanceof byte[] b
                ? b
                : value instanceof String s ? s.getBytes(StandardCharsets.UTF_8) : new byte[0];
        long size = bytes.length;
        for (byte b : bytes) {
            size += b == '\'' || b == '"' || b == '\\' || b == 0 ? 1 : 0;
        }
        return size;
    }
}
