// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Steps from one distinct value to the next in the index of ready deliveries, so that a step costs one look-up whatever is ready: in
 * one recursive query, or, for databases that would read all that is left at each of its steps, in a query for each step.
 */
final class SkipScan {
    private SkipScan() {}

    static List<String> domains(Statements statements, long stream, String after, int limit) throws SQLException {
        return statements
                .sql("with recursive q (domain, n) as (select (select min(domain) from mailer_delivery where state = 1"
                        + " and stream_id = ? and domain > ?), 1 union all select (select min(d.domain) from mailer_delivery d"
                        + " where d.state = 1 and d.stream_id = ? and d.domain > q.domain), q.n + 1 from q"
                        + " where q.domain is not null and q.n < ?) select domain from q where domain is not null")
                .with(stream)
                .with(after)
                .with(stream)
                .with(limit)
                .list(r -> r.getString(1));
    }

    static List<Long> streams(Statements statements) throws SQLException {
        return statements
                .sql("with recursive q (stream) as (select (select min(stream_id) from mailer_delivery"
                        + " where state = 1) union all select (select min(d.stream_id) from mailer_delivery d"
                        + " where d.state = 1 and d.stream_id > q.stream) from q where q.stream is not null)"
                        + " select stream from q where stream is not null")
                .list(r -> r.getLong(1));
    }

    /** As {@link #domains}, on the column {@code ready_stream}. */
    static List<String> domainsByStep(Statements statements, long stream, String after, int limit) throws SQLException {
        List<String> found = new ArrayList<>();
        String last = after;
        while (found.size() < limit) {
            String next = nextDomain(statements, stream, last);
            if (next == null) {
                break;
            }
            found.add(next);
            last = next;
        }
        return found;
    }

    private static @Nullable String nextDomain(Statements statements, long stream, String after) throws SQLException {
        return statements
                .sql("select min(domain) from mailer_delivery where ready_stream = ? and domain > ?")
                .with(stream)
                .with(after)
                .first(r -> r.getString(1));
    }

    /** As {@link #streams}, on the column {@code ready_stream}. */
    static List<Long> streamsByStep(Statements statements) throws SQLException {
        List<Long> found = new ArrayList<>();
        for (long next = nextStream(statements, 0); next > 0; next = nextStream(statements, next)) {
            found.add(next);
        }
        return found;
    }

    /** 0 behind the last. */
    private static long nextStream(Statements statements, long after) throws SQLException {
        return statements
                .sql("select coalesce(min(ready_stream), 0) from mailer_delivery where ready_stream > ?")
                .with(after)
                .list(r -> r.getLong(1))
                .get(0);
    }
}
