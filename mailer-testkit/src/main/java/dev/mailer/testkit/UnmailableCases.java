// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MessageId;
import dev.mailer.api.spi.OutboxTransaction.Unmailable;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Recipients that outcomes put on the suppression list. */
interface UnmailableCases extends StoreCases {
    private void suppress(Unmailable... recipients) {
        Boolean unused = ledger().in(tx -> {
            tx.suppress(List.of(recipients));
            return true;
        });
    }

    private static Unmailable bounced(long delivery, @Nullable Instant until) {
        return new Unmailable(delivery, Reason.BOUNCE, "smtp", NOON, until);
    }

    private List<Suppression> listed() {
        return ledger().store()
                .suppressions()
                .list(LANE.tenant(), null, null, 100)
                .entries();
    }

    private long delivery(String address) {
        return ledger().delivery(ledger().accept(SampleMessage.to(address))).id();
    }

    private static Suppression entry(Reason reason, @Nullable Instant until) {
        return new Suppression(LANE.tenant(), null, "jo@example.org", reason, "smtp", NOON, until);
    }

    @Test
    default void a_recipient_is_listed_for_all_streams_by_one_delivery() {
        suppress(bounced(delivery("Jo@Example.org"), null), bounced(delivery("al@example.org"), LATER));

        assertThat(listed()).hasSize(2).contains(entry(Reason.BOUNCE, null));
        assertThat(ledger().store().suppressions().history(LANE.tenant(), "jo@example.org"))
                .hasSize(1);
        assertThat(ledger().append(SampleMessage.to("jo@example.org", "bo@example.org"))
                        .get(0)
                        .suppressed())
                .isEqualTo(1);
    }

    @Test
    default void what_ends_later_takes_the_place_of_an_entry_and_of_no_other_reason() {
        long delivery = delivery("jo@example.org");
        suppress(new Unmailable(delivery, Reason.COMPLAINT, "smtp", NOON, LATER));

        suppress(bounced(delivery, TOMORROW), bounced(delivery, LATER));
        assertThat(listed()).containsExactly(entry(Reason.BOUNCE, TOMORROW), entry(Reason.COMPLAINT, LATER));
        suppress(bounced(delivery, TOMORROW), bounced(delivery, LATER));
        suppress(bounced(delivery, null), bounced(delivery, TOMORROW));
        suppress(bounced(delivery, TOMORROW), new Unmailable(delivery, Reason.BOUNCE, "again", NOON, null));
        assertThat(listed()).containsExactly(entry(Reason.BOUNCE, null), entry(Reason.COMPLAINT, LATER));
        suppress(new Unmailable(delivery, Reason.COMPLAINT, "smtp", NOON, null), bounced(delivery, null));
        assertThat(listed()).containsExactly(entry(Reason.BOUNCE, null), entry(Reason.COMPLAINT, null));
        assertThat(ledger().store().suppressions().history(LANE.tenant(), "jo@example.org"))
                .hasSize(4);
    }

    @Test
    default void a_delivery_that_is_gone_or_erased_lists_nobody() {
        MessageId id = ledger().accept(SampleMessage.to("jo@example.org"));
        long delivery = ledger().delivery(id).id();
        ledger().in(tx -> tx.erase(LANE.tenant(), "jo@example.org", 0, NOON, 10));

        suppress(bounced(delivery, null), bounced(delivery + 1_000_000, null));

        assertThat(listed()).isEmpty();
    }

    @Test
    default void what_is_rolled_back_lists_nobody() {
        long delivery = delivery("jo@example.org");

        assertThatThrownBy(() -> ledger().in(tx -> {
                    tx.suppress(List.of(bounced(delivery, null)));
                    throw new IllegalStateException("no");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(listed()).isEmpty();
        assertThat(ledger().store().suppressions().history(LANE.tenant(), "jo@example.org"))
                .isEmpty();
    }
}
