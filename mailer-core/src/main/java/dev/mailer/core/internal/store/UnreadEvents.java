// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What some consumer of the feed has not read yet, and retention therefore leaves. Costs three look-ups, however much that is. */
public final class UnreadEvents {
    /** A consumer that is gone for good keeps nothing beyond this. */
    private static final Duration LONGEST = Duration.ofDays(30);
    /** Events are numbered when they are committed, so that one may have happened before another of a smaller number. */
    private static final Duration DISORDER = Duration.ofHours(1);

    static final String NUMBERED = "select at from mailer_event where position > ? order by position limit 1";
    static final String NUMBERED_BY_ID = "select at from mailer_event where id > ? order by id limit 1";
    static final String UNNUMBERED =
            "select at from mailer_event where position is null order by position, at, id limit 1";

    private UnreadEvents() {}

    /** The end of what retention may remove, where it would be {@code before} without consumers. */
    static Instant keptFrom(Statements statements, Dialect dialect, Instant before) throws SQLException {
        Long read = statements
                .sql("select min(position) from mailer_consumer where name not like '#%' having count(*) > 0")
                .first(r -> r.getLong(1));
        if (read == null) {
            return before;
        }
        if (dialect.numbersEvents()) {
            return keptFrom(before, at(statements.sql(NUMBERED_BY_ID).with(read)));
        }
        Instant end = keptFrom(before, at(statements.sql(NUMBERED).with(read)));
        Instant unnumbered = keptFrom(before, at(statements.sql(UNNUMBERED)));
        return unnumbered.isBefore(end) ? unnumbered : end;
    }

    /**
     * The same for a store that knows what is unread.
     *
     * @param unread when the first event happened that a consumer has not read; null for none
     */
    public static Instant keptFrom(Instant before, @Nullable Instant unread) {
        if (unread == null || before.isBefore(unread.minus(DISORDER))) {
            return before;
        }
        Instant oldest = before.minus(LONGEST);
        Instant kept = unread.minus(DISORDER);
        return kept.isBefore(oldest) ? oldest : kept;
    }

    private static @Nullable Instant at(Bound query) throws SQLException {
        return query.first(r -> Times.instant(r.getLong(1)));
    }
}
