// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.EventType;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.EventStore.Positioned;
import dev.mailer.api.spi.OutboxTransaction.Purge;
import dev.mailer.api.spi.Subscriptions;
import dev.mailer.api.spi.Subscriptions.Change;
import dev.mailer.api.spi.SuppressionStore.Action;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What recipients decide. */
interface SubscriptionCases extends StoreCases {
    private Subscriptions subscriptions() {
        return ledger().store().subscriptions();
    }

    private static Change change(long delivery, String... streams) {
        return new Change(
                LANE.tenant(),
                "Jo@Example.org",
                Set.of(streams),
                delivery,
                "one-click",
                LATER,
                Map.of("userAgent", "Mail \"App\""));
    }

    private List<String> held() {
        return subscriptions().of(LANE.tenant(), "jo@example.org", LATER).stream()
                .map(e -> e.stream() + " " + e.reason())
                .sorted()
                .toList();
    }

    private void list(@Nullable String stream, Reason reason) {
        ledger().store()
                .suppressions()
                .add(new Suppression(LANE.tenant(), stream, "jo@example.org", reason, "test", NOON, null));
    }

    private List<MailEvent> decisions() {
        return ledger().feed(0).stream()
                .map(Positioned::event)
                .filter(e -> e.type() == EventType.UNSUBSCRIBED || e.type() == EventType.SUBSCRIBED)
                .toList();
    }

    @Test
    default void an_unsubscription_is_listed_told_and_remembered_once() {
        MessageId id = ledger().accept(SampleMessage.to("jo@example.org"));
        long delivery = ledger().delivery(id).id();

        assertThat(subscriptions().unsubscribe(change(delivery))).isTrue();
        assertThat(subscriptions().unsubscribe(change(delivery))).isFalse();
        assertThat(subscriptions().unsubscribe(change(0, BROADCAST.stream()))).isFalse();

        assertThat(subscriptions().of(LANE.tenant(), "jo@example.org", LATER))
                .containsExactly(new Suppression(
                        LANE.tenant(), null, "jo@example.org", Reason.UNSUBSCRIBE, "one-click", LATER, null));
        assertThat(ledger().eventTypes(id)).containsExactly(EventType.QUEUED, EventType.UNSUBSCRIBED);
        MailEvent event = ledger().lastEvent(id);
        assertThat(event.recipient()).isEqualTo("jo@example.org");
        assertThat(event.deliveryId()).isEqualTo(delivery);
        assertThat(event.stream()).isEqualTo(LANE.stream());
        assertThat(event.at()).isEqualTo(LATER);
        assertThat(event.detail()).isEqualTo(Map.of("userAgent", "Mail \"App\"", "origin", "one-click"));
        assertThat(ledger().store().suppressions().history(LANE.tenant(), "jo@example.org"))
                .singleElement()
                .satisfies(c -> assertThat(c.action()).isEqualTo(Action.ADDED));
    }

    @Test
    default void a_decision_without_a_delivery_is_an_event_about_the_address() {
        assertThat(subscriptions().unsubscribe(change(17, LANE.stream()))).isTrue();
        assertThat(subscriptions().subscribe(change(0, LANE.stream()))).isTrue();

        assertThat(decisions()).hasSize(2).allSatisfy(e -> {
            assertThat(e.recipient()).isEqualTo("jo@example.org");
            assertThat(e.messageId()).isNull();
            assertThat(e.deliveryId()).isZero();
            assertThat(e.stream()).isNull();
            assertThat(e.tenant()).isEqualTo(LANE.tenant());
            assertThat(e.detail()).containsEntry("streams", LANE.stream()).containsEntry("userAgent", "Mail \"App\"");
        });
        assertThat(ledger().store()
                        .eventFeed()
                        .find(decisions().stream().map(MailEvent::id).toList()))
                .hasSize(2);
        assertThat(held()).isEmpty();
    }

    @Test
    default void a_delivery_of_another_tenant_is_none() {
        MessageId id = ledger().accept(SampleMessage.to("jo@example.org"));

        subscriptions()
                .unsubscribe(new Change(
                        STRANGER.tenant(),
                        "jo@example.org",
                        Set.of(),
                        ledger().delivery(id).id(),
                        "one-click",
                        LATER,
                        Map.of()));

        assertThat(ledger().eventTypes(id)).containsExactly(EventType.QUEUED);
        assertThat(decisions()).singleElement().extracting(MailEvent::messageId).isNull();
        assertThat(held()).isEmpty();
    }

    @Test
    default void one_stream_is_left_and_the_others_stay() {
        assertThat(subscriptions().unsubscribe(change(0, BROADCAST.stream()))).isTrue();

        assertThat(held()).containsExactly("broadcast UNSUBSCRIBE");
        assertThat(subscriptions().unsubscribe(change(0, BROADCAST.stream(), LANE.stream())))
                .isTrue();
        assertThat(held()).containsExactly("broadcast UNSUBSCRIBE", LANE.stream() + " UNSUBSCRIBE");
        assertThat(subscriptions().subscribe(change(0, LANE.stream()))).isTrue();
        assertThat(held()).containsExactly("broadcast UNSUBSCRIBE");
        assertThat(subscriptions().subscribe(change(0))).isTrue();
        assertThat(held()).isEmpty();
        assertThat(subscriptions().subscribe(change(0))).isFalse();
        assertThat(decisions()).hasSize(4);
    }

    @Test
    default void who_left_all_streams_and_comes_back_to_one_is_still_out_of_the_others() {
        subscriptions().unsubscribe(change(0));

        assertThat(subscriptions().subscribe(change(0, LANE.stream()))).isTrue();

        assertThat(held()).containsExactly("broadcast UNSUBSCRIBE");
        assertThat(subscriptions()
                        .of(LANE.tenant(), "jo@example.org", LATER)
                        .get(0)
                        .at())
                .isEqualTo(LATER);
    }

    @Test
    default void what_is_listed_for_another_reason_stays_and_so_does_the_choice() {
        for (Reason other : List.of(Reason.COMPLAINT, Reason.MANUAL, Reason.BOUNCE)) {
            list(null, other);
            list(LANE.stream(), other);
            List<String> before = held();

            assertThat(subscriptions().subscribe(change(0))).as("%s", other).isFalse();
            assertThat(subscriptions().unsubscribe(change(0, LANE.stream())))
                    .as("%s", other)
                    .isTrue();
            assertThat(held()).contains(LANE.stream() + " UNSUBSCRIBE").containsAll(before);
            assertThat(subscriptions().unsubscribe(change(0))).as("%s", other).isTrue();
            assertThat(subscriptions().unsubscribe(change(0))).as("%s", other).isFalse();
            assertThat(held()).contains("null UNSUBSCRIBE").containsAll(before);
            assertThat(subscriptions().subscribe(change(0))).as("%s", other).isTrue();
            assertThat(held()).isEqualTo(before);
        }
        assertThat(decisions()).hasSize(9);
    }

    @Test
    default void an_unsubscription_for_a_time_becomes_one_for_good() {
        ledger().store()
                .suppressions()
                .add(new Suppression(
                        LANE.tenant(), null, "jo@example.org", Reason.UNSUBSCRIBE, "test", NOON, TOMORROW));

        assertThat(subscriptions().unsubscribe(change(0))).isTrue();

        assertThat(subscriptions().of(LANE.tenant(), "jo@example.org", LATER))
                .singleElement()
                .satisfies(e -> assertThat(e.until()).isNull());
    }

    @Test
    default void an_unknown_tenant_or_stream_is_refused_and_nothing_is_stored() {
        assertThatThrownBy(() -> subscriptions().unsubscribe(change(0, LANE.stream(), "nothing")))
                .isInstanceOf(InvalidEmailException.class);
        assertThatThrownBy(() -> subscriptions().subscribe(change(0, "nothing")))
                .isInstanceOf(InvalidEmailException.class);
        assertThatThrownBy(() -> subscriptions()
                        .unsubscribe(new Change("nobody", "jo@example.org", Set.of(), 0, "x", NOON, Map.of())))
                .isInstanceOf(InvalidEmailException.class);

        assertThat(held()).isEmpty();
        assertThat(decisions()).isEmpty();
        assertThat(subscriptions().streams(LANE.tenant())).containsExactly("broadcast", LANE.stream());
        assertThat(subscriptions().streams("nobody")).isEmpty();
    }

    @Test
    default void an_erased_address_leaves_its_decisions_and_is_in_none_of_them() {
        subscriptions().unsubscribe(change(0));

        ledger().store().suppressions().forget(LANE.tenant(), "jo@example.org");

        assertThat(decisions()).singleElement().satisfies(e -> {
            assertThat(e.recipient()).isEmpty();
            assertThat(e.detail()).isEmpty();
        });
        assertThat(held()).containsExactly("null UNSUBSCRIBE");
    }

    @Test
    default void decisions_about_addresses_go_with_their_history() {
        subscriptions().unsubscribe(change(0, LANE.stream(), BROADCAST.stream()));

        assertThat(ledger().purge(Purge.SUPPRESSION_CHANGE, TOMORROW, 10)).isEqualTo(2);

        assertThat(decisions()).isEmpty();
        assertThat(held()).hasSize(2);
    }
}
