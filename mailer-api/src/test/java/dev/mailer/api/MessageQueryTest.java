// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageQueryTest {
    private static final MessageId ID = MessageId.of("01977d3e-5a00-7000-8000-000000000001");
    private static final Instant NOON = Instant.parse("2026-09-05T12:00:00Z");

    @Test
    void asks_for_the_newest_twenty_of_a_tenant() {
        MessageQuery query = MessageQuery.ofTenant("acme");

        assertThat(query.tenant()).isEqualTo("acme");
        assertThat(query.limit()).isEqualTo(20);
        assertThat(query.after()).isNull();
        assertThat(query.before()).isNull();
        assertThat(query.stream()).isNull();
        assertThat(query.state()).isNull();
        assertThat(query.recipient()).isNull();
        assertThat(query.since()).isNull();
        assertThat(query.until()).isNull();
        assertThatNullPointerException()
                .isThrownBy(() -> MessageQuery.ofTenant(null))
                .withMessage("tenant");
    }

    @Test
    void keeps_all_it_is_given() {
        MessageQuery query = MessageQuery.ofTenant("acme").after(ID).stream("broadcast")
                .state(DeliveryState.SENT)
                .recipient("jo@example.org")
                .since(NOON)
                .until(NOON.plusSeconds(1))
                .limit(100);

        assertThat(query.after()).isEqualTo(ID);
        assertThat(query.stream()).isEqualTo("broadcast");
        assertThat(query.state()).isEqualTo(DeliveryState.SENT);
        assertThat(query.recipient()).isEqualTo("jo@example.org");
        assertThat(query.since()).isEqualTo(NOON);
        assertThat(query.until()).isEqualTo(NOON.plusSeconds(1));
        assertThat(query.limit()).isEqualTo(100);
        assertThat(query.after(null).before(ID).before()).isEqualTo(ID);
    }

    @Test
    void a_change_leaves_the_query_it_is_made_of() {
        MessageQuery query = MessageQuery.ofTenant("acme").limit(5);

        query.limit(6).stream("x")
                .state(DeliveryState.SENT)
                .recipient("x")
                .since(NOON)
                .until(NOON)
                .after(ID);

        assertThat(query)
                .usingRecursiveComparison()
                .isEqualTo(MessageQuery.ofTenant("acme").limit(5));
    }

    @Test
    void goes_one_way_only() {
        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(() -> MessageQuery.ofTenant("acme").after(ID).before(ID))
                .withMessage("after: excludes before; give one of them");
        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(() -> MessageQuery.ofTenant("acme").before(ID).after(ID))
                .withMessage("after: excludes before; give one of them");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 101, Integer.MAX_VALUE})
    void a_page_has_1_to_100_messages(int size) {
        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(() -> MessageQuery.ofTenant("acme").limit(size))
                .withMessage("limit: is " + size + ", allowed are 1 to 100")
                .satisfies(e -> assertThat(e.field()).isEqualTo("limit"));
    }
}
