// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.OutboxStore.Depth;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is ready, parked and waiting. Queues have no row of their own while all is well: they are found in the index of ready deliveries
 * ({@link SkipScan}), so neither append nor settle has a shared row to write. A condition that says what its index holds anyway is for
 * databases whose indexes have all rows.
 */
final class QueueReads {
    private final Database database;
    private final Ledger ledger;

    QueueReads(Database database, Ledger ledger) {
        this.database = database;
        this.ledger = ledger;
    }

    List<QueueKey> ready(Lane lane, @Nullable String after, int limit) {
        return Failures.translate(
                "find ready queues",
                () -> database.read(s -> {
                    LaneIds.Ids ids = ledger.lanes.find(s, lane);
                    if (ids == null) {
                        return List.of();
                    }
                    return ledger.dialect.readyDomains(s, ids.streamId(), after == null ? "" : after, limit).stream()
                            .map(domain -> new QueueKey(lane, domain))
                            .toList();
                }));
    }

    List<Lane> readyLanes() {
        return Failures.translate(
                "find ready lanes",
                () -> database.read(s -> {
                    List<Lane> lanes = new ArrayList<>();
                    for (long stream : ledger.dialect.readyStreams(s)) {
                        lanes.add(ledger.lanes.lane(s, stream));
                    }
                    return lanes;
                }));
    }

    List<ParkedQueue> parkedSince(Instant since) {
        return Failures.translate(
                "read parked queues",
                () -> database.read(s -> s.sql(
                                "select stream_id, domain, parked_until, reason, strikes from mailer_queue"
                                        + " where changed_at >= ?")
                        .with(since)
                        .list(r -> new ParkedQueue(
                                new QueueKey(ledger.lanes.lane(s, r.getLong(1)), r.getString(2)),
                                Times.instant(r.getLong(3)),
                                LedgerText.shown(ledger, Places.parking(r.getLong(1), r.getString(2)), r.getString(4)),
                                r.getInt(5)))));
    }

    @Nullable
    Instant nextDue() {
        return Failures.translateNullable(
                "find what is due",
                () -> database.find(
                        s -> s.sql("select due_at from mailer_delivery where due_at is not null and state in (0, 3)"
                                        + " order by due_at limit 1")
                                .first(r -> Times.instant(r.getLong(1)))));
    }

    boolean hasAlone(Instant now) {
        return Failures.translate(
                "find suspects",
                () -> database.read(s -> s.sql("select 1 from mailer_delivery where state = 4 and due_at <= ? limit 1")
                                .with(now)
                                .first(r -> true)
                        != null));
    }

    List<Depth> depths(Instant now) {
        return Failures.translate(
                "count what waits",
                () -> database.read(s -> {
                    String ready = ledger.dialect.readyStream();
                    Map<Long, long[]> counts = new HashMap<>();
                    count(
                            s,
                            "select " + ready + ", count(*), min(id) from mailer_delivery where state = 1 and " + ready
                                    + " is not null group by " + ready,
                            counts,
                            0);
                    count(
                            s,
                            "select stream_id, count(*), 0 from mailer_delivery where state in (0, 3)"
                                    + " and due_at is not null group by stream_id",
                            counts,
                            1);
                    count(
                            s,
                            "select stream_id, count(*), 0 from mailer_delivery where state = 2"
                                    + " and node_id is not null group by stream_id",
                            counts,
                            2);
                    List<Depth> depths = new ArrayList<>();
                    for (Map.Entry<Long, long[]> e : counts.entrySet()) {
                        long[] c = e.getValue();
                        depths.add(new Depth(ledger.lanes.lane(s, e.getKey()), c[0], c[1], c[2], age(s, c[3], now)));
                    }
                    return depths;
                }));
    }

    private static void count(Statements s, String sql, Map<Long, long[]> into, int place) {
        s.query(sql).reduceResultSet(into, (counts, r, c) -> {
            long[] row = counts.computeIfAbsent(r.getLong(1), k -> new long[4]);
            row[place] = r.getLong(2);
            row[3] = Math.max(row[3], r.getLong(3));
            return counts;
        });
    }

    private static Duration age(Statements s, long oldest, Instant now) {
        return s.query("select changed_at from mailer_delivery where id = :id")
                .bind("id", oldest)
                .mapTo(Instant.class)
                .findOne()
                .filter(now::isAfter)
                .map(since -> Duration.between(since, now))
                .orElse(Duration.ZERO);
    }
}
