// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.ContentRef;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.Stores;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The time of a store is its server's, which here is also ours, cut to milliseconds and never rounded up. */
class ServerTimeTest {
    @Test
    void the_time_of_a_server_never_runs_ahead() {
        for (OutboxStore opened : List.of(PostgresqlStores.next(), MariaDbStores.next())) {
            try (OutboxStore store = opened) {
                for (int i = 0; i < 300; i++) {
                    Instant told = store.now();
                    assertThat(told).isBeforeOrEqualTo(Clock.systemUTC().instant());
                }
            }
        }
    }

    /** The sweep of a node goes by the server's clock, so that by its own another node's uploads would be old at once. */
    @Test
    void what_is_put_by_a_node_whose_clock_is_behind_is_as_new_as_the_server_s_clock_says() throws Exception {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(PostgresqlStores.nextUrl());
        source.setOptions("-c search_path=public,pg_catalog");
        try (Connection c = source.getConnection();
                Statement s = c.createStatement()) {
            s.execute("create function clock_timestamp() returns timestamptz language sql"
                    + " as 'select pg_catalog.clock_timestamp() + interval ''3 days'''");
        }
        try (OutboxStore store = Stores.of(source)) {
            store.register(new Lane("default", "transactional"));
            ContentRef ref = put(store);

            assertThat(store.contents().sweep(store.now().minus(Duration.ofDays(1))))
                    .isZero();
            assertThat(put(store)).isEqualTo(ref);
            assertThat(store.contents().sweep(store.now().minus(Duration.ofDays(1))))
                    .isZero();
        }
    }

    private static ContentRef put(OutboxStore store) throws IOException {
        return store.contents().put("default", new ByteArrayInputStream(new byte[10]), 10, null);
    }
}
