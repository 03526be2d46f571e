// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.Lane;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Names and numbers of tenants and streams, cached for good: neither ever changes. Thread-safe. */
final class LaneIds {
    private final Map<Lane, Ids> byLane = new ConcurrentHashMap<>();
    private final Map<Long, Lane> byStream = new ConcurrentHashMap<>();

    /** The numbers of a lane. */
    record Ids(long tenantId, long streamId) {}

    Ids ids(Statements statements, Lane lane) throws SQLException {
        Ids ids = find(statements, lane);
        if (ids == null) {
            throw new InvalidEmailException(
                    "stream",
                    "'" + lane.stream() + "' of tenant '" + lane.tenant()
                            + "' is unknown; define it before it is used");
        }
        return ids;
    }

    @Nullable
    Ids find(Statements statements, Lane lane) throws SQLException {
        Ids ids = byLane.get(lane);
        if (ids == null) {
            ids = statements
                    .sql("select s.tenant_id, s.id from mailer_stream s join mailer_tenant t on t.id = s.tenant_id"
                            + " where t.name = ? and s.name = ?")
                    .with(lane.tenant())
                    .with(lane.stream())
                    .first(r -> new Ids(r.getLong(1), r.getLong(2)));
            if (ids != null) {
                byLane.put(lane, ids);
            }
        }
        return ids;
    }

    Lane lane(Statements statements, long streamId) throws SQLException {
        Lane lane = byStream.get(streamId);
        if (lane == null) {
            lane = statements
                    .sql("select t.name, s.name from mailer_stream s join mailer_tenant t on t.id = s.tenant_id"
                            + " where s.id = ?")
                    .with(streamId)
                    .first(r -> new Lane(r.getString(1), r.getString(2)));
            if (lane == null) {
                throw new IllegalStateException("stream " + streamId + " is not in mailer_stream");
            }
            byStream.put(streamId, lane);
        }
        return lane;
    }

    @Nullable
    Long tenantId(Statements statements, String tenant) throws SQLException {
        return statements
                .sql("select id from mailer_tenant where name = ?")
                .with(tenant)
                .first(r -> r.getLong(1));
    }

    long requireTenantId(Statements statements, String tenant) throws SQLException {
        Long id = tenantId(statements, tenant);
        if (id == null) {
            throw new InvalidEmailException("tenant", "'" + tenant + "' is unknown; define it before it is used");
        }
        return id;
    }
}
