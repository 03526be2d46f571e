// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class PoolMetersTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private static HikariDataSource pool() {
        HikariDataSource pool = new HikariDataSource();
        pool.setPoolName("mailer-store");
        pool.setJdbcUrl("jdbc:sqlite::memory:");
        return pool;
    }

    @Test
    void a_pool_of_our_own_shows_its_use() throws SQLException {
        try (PooledDatabase database = new PooledDatabase(pool())) {
            database.read(s -> true);
            database.bindTo(meters);

            double max = database.read(
                    s -> meters.get("hikaricp.connections.max").gauge().value());

            assertThat(max).isEqualTo(10);
            assertThat(meters.getMeters())
                    .extracting(Meter::getId)
                    .allSatisfy(id -> assertThat(id.getTag("pool")).isEqualTo("mailer-store"));
        }
    }

    @Test
    void a_pool_of_the_hosts_is_the_hosts_to_show() throws SQLException {
        HikariDataSource pool = pool();
        try (PooledDatabase database = new PooledDatabase(pool, pool::close, Dialect.Visit.PLAIN)) {
            database.bindTo(meters);
            database.read(s -> true);
        }

        assertThat(meters.getMeters()).isEmpty();
    }
}
