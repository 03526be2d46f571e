// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.Stores;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The planner of PostgreSQL may choose as it likes. */
class PostgresqlPlansTest {
    private static final Instant DUE = SampleMessage.ACCEPTED_AT.plusSeconds(60);

    /** A nested loop asks its inner side once a row, and that finds others when the first are changed. */
    @Test
    void no_more_is_promoted_than_the_limit_where_a_nested_loop_looks_for_it() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(PostgresqlStores.nextUrl());
        source.setOptions("-c enable_hashjoin=off -c enable_mergejoin=off -c enable_hashagg=off -c enable_sort=off"
                + " -c enable_material=off -c enable_memoize=off");
        try (OutboxStore store = Stores.of(source)) {
            store.register(new Lane("default", "transactional"));
            store.transact(tx -> tx.append(IntStream.range(0, 20)
                    .mapToObj(i -> SampleMessage.to("jo@host" + i + ".example")
                            .sendAt(DUE)
                            .build())
                    .toList()));

            assertThat(store.<Integer>transact(tx -> tx.promote(DUE, 3).size())).isEqualTo(3);
        }
    }
}
