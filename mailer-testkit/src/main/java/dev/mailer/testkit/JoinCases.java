// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static dev.mailer.api.spi.AppendResult.Kind.ACCEPTED;
import static dev.mailer.api.spi.AppendResult.Kind.DUPLICATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.IdempotencyConflictException;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.NewMessage;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mail in a transaction of a host's. */
interface JoinCases extends StoreCases {
    /** A connection of a host's to the data of the store, in a transaction; skips the test where that cannot be. */
    Connection host() throws Exception;

    @Test
    default void what_is_joined_is_there_with_the_host_s_commit_and_not_before() throws Exception {
        NewMessage message = ledger().build(SampleMessage.to("jo@example.org"));
        try (Connection host = host()) {
            List<AppendResult> results = join(host, message);

            assertThat(results)
                    .extracting(AppendResult::kind, AppendResult::id)
                    .containsExactly(tuple(ACCEPTED, message.id()));
            assertThat(ledger().store().find(message.id())).isNull();
            assertThat(ledger().readyQueues()).isEmpty();
            assertThat(host.isClosed()).isFalse();
            assertThat(host.getAutoCommit()).isFalse();
            host.commit();
        }

        assertThat(ledger().state(message.id())).isEqualTo(DeliveryState.QUEUED);
        assertThat(ledger().readyQueues()).containsExactly(EXAMPLE_ORG);
        assertThat(ledger().feed(0)).hasSize(1);
    }

    @Test
    default void a_rollback_of_the_host_leaves_nothing() throws Exception {
        NewMessage message = ledger().build(SampleMessage.to("jo@example.org").key("k", "content"));
        try (Connection host = host()) {
            join(host, message);
            host.rollback();
        }

        assertThat(ledger().store().find(message.id())).isNull();
        assertThat(ledger().store().load(message.id())).isNull();
        assertThat(ledger().store().events(message.id())).isEmpty();
        assertThat(ledger().readyQueues()).isEmpty();
        ledger().accept(SampleMessage.to("jo@example.org").key("k", "another"));
    }

    @Test
    default void a_key_that_is_known_is_found_and_the_host_s_transaction_goes_on() throws Exception {
        MessageId id = ledger().accept(SampleMessage.to("jo@example.org").key("k", "content"));
        NewMessage other = ledger().build(SampleMessage.to("jo@example.org").key("l", "content"));
        try (Connection host = host()) {
            NewMessage again = ledger().build(SampleMessage.to("jo@example.org").key("k", "content"));

            assertThat(join(host, again)).containsExactly(new AppendResult(DUPLICATE, id, 0));
            assertThat(join(host, other)).extracting(AppendResult::kind).containsExactly(ACCEPTED);
            host.commit();
        }

        assertThat(ledger().state(other.id())).isEqualTo(DeliveryState.QUEUED);
        assertThat(ledger().store().list(MessageQuery.ofTenant(LANE.tenant())).items())
                .hasSize(2);
    }

    @Test
    default void of_several_with_one_whose_key_is_another_mail_s_none_is_joined() throws Exception {
        ledger().accept(SampleMessage.to("jo@example.org").key("k", "content"));
        NewMessage first = ledger().build(SampleMessage.to("jo@example.org").key("l", "content"));
        NewMessage conflicting =
                ledger().build(SampleMessage.to("jo@example.org").key("k", "another"));
        NewMessage unnamed = ledger().build(SampleMessage.to("jo@example.org"));
        try (Connection host = host()) {
            assertThatExceptionOfType(IdempotencyConflictException.class)
                    .isThrownBy(() -> join(host, first, conflicting, unnamed));
            assertThat(join(host, first, unnamed))
                    .extracting(AppendResult::kind)
                    .containsExactly(ACCEPTED, ACCEPTED);
            host.commit();
        }

        assertThat(ledger().store().list(MessageQuery.ofTenant(LANE.tenant())).items())
                .hasSize(3);
    }

    private List<AppendResult> join(Connection host, NewMessage... messages) {
        return ledger().store().join(host).append(List.of(messages));
    }
}
