// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static dev.mailer.api.spi.AppendResult.Kind.ACCEPTED;
import static dev.mailer.api.spi.AppendResult.Kind.CONFLICT;
import static dev.mailer.api.spi.AppendResult.Kind.DUPLICATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.ContentRef;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.StoredMessage;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How mail enters the ledger. */
interface AppendCases extends StoreCases {
    @Test
    default void results_are_in_the_order_of_the_messages() {
        NewMessage first = ledger().build(SampleMessage.to("a@example.org"));
        NewMessage second = ledger().build(SampleMessage.to("b@example.org", "c@example.net"));

        List<AppendResult> results = ledger().all(tx -> tx.append(List.of(second, first)));

        assertThat(results)
                .extracting(AppendResult::kind, AppendResult::id, AppendResult::suppressed)
                .containsExactly(tuple(ACCEPTED, second.id(), 0), tuple(ACCEPTED, first.id(), 0));
    }

    @Test
    default void appending_nothing_does_nothing() {
        assertThat(ledger().all(tx -> tx.append(List.of()))).isEmpty();
    }

    @Test
    default void every_accepted_delivery_is_queued_with_one_event() {
        MessageId id = ledger().accept(SampleMessage.to("a@example.org", "b@example.net"));

        assertThat(ledger().deliveries(id)).extracting(DeliveryStatus::state).containsOnly(DeliveryState.QUEUED);
        assertThat(ledger().deliveries(id))
                .extracting(DeliveryStatus::recipient)
                .containsExactly("a@example.org", "b@example.net");
        assertThat(ledger().deliveries(id)).extracting(DeliveryStatus::attempts).containsOnly(0);
        List<MailEvent> events = ledger().store().events(id);
        assertThat(events).extracting(MailEvent::type).containsExactly(EventType.QUEUED, EventType.QUEUED);
        assertThat(events)
                .extracting(MailEvent::deliveryId)
                .containsExactlyInAnyOrderElementsOf(
                        ledger().deliveries(id).stream().map(DeliveryStatus::id).toList());
        assertThat(events).extracting(MailEvent::at).containsOnly(NOON);
        assertThat(events).extracting(MailEvent::messageId).containsOnly(id);
        assertThat(events).extracting(MailEvent::tenant).containsOnly(LANE.tenant());
        assertThat(events).extracting(MailEvent::recipient).containsExactlyInAnyOrder("a@example.org", "b@example.net");
        assertThat(events).extracting(MailEvent::id).doesNotHaveDuplicates().doesNotContain(0L);
    }

    @Test
    default void what_was_appended_is_loaded_as_it_was() {
        NewMessage message = ledger().build(SampleMessage.to("jo@example.org")
                .document(Bytes.utf8("{\"text\":\"Grüße\"}"))
                .raw(Bytes.of(new byte[] {0, 1, -1, 13, 10}))
                .subject("Grüße 'n \"quotes\" \\ 😀")
                .tags(Map.of("campaign", "sp\"ring", "né", "1"))
                .policy(AmbiguityPolicy.HOLD)
                .expiresAt(TOMORROW)
                .refs(new ContentRef("ab".repeat(32), 7)));
        AppendResult result = ledger().all(tx -> tx.append(List.of(message))).get(0);

        StoredMessage loaded = Objects.requireNonNull(ledger().store().load(message.id()));

        assertThat(withoutRefs(loaded)).isEqualTo(withoutRefs(StoredMessage.of(loaded.key(), message)));
        assertThat(result.key()).isIn(0L, loaded.key());
        assertThat(ledger().store().load(List.of(loaded.key(), -1L))).containsExactly(loaded);
    }

    /** Whether a store reads the references back is its own affair. */
    private static StoredMessage withoutRefs(StoredMessage m) {
        NewMessage.StoredContent c = Objects.requireNonNull(m.content());
        return new StoredMessage(
                m.key(),
                m.id(),
                m.lane(),
                m.acceptedAt(),
                m.sendAt(),
                m.expiresAt(),
                m.policy(),
                m.summary(),
                new NewMessage.StoredContent(c.document(), c.raw(), List.of(), c.key()));
    }

    @Test
    default void a_message_that_names_a_later_instant_is_scheduled() {
        MessageId id = ledger().accept(SampleMessage.to("jo@example.org").sendAt(LATER));

        assertThat(ledger().state(id)).isEqualTo(DeliveryState.SCHEDULED);
        assertThat(ledger().delivery(id).nextAttemptAt()).isEqualTo(LATER);
        assertThat(ledger().status(id).sendAt()).isEqualTo(LATER);
        assertThat(ledger().eventTypes(id)).containsExactly(EventType.QUEUED);
        assertThat(ledger().readyQueues()).isEmpty();
    }

    @Test
    default void a_message_that_names_an_earlier_instant_is_queued() {
        MessageId id = ledger().accept(SampleMessage.to("jo@example.org").sendAt(NOON));

        assertThat(ledger().state(id)).isEqualTo(DeliveryState.QUEUED);
        assertThat(ledger().delivery(id).nextAttemptAt()).isNull();
    }

    @Test
    default void the_same_key_with_the_same_content_adds_nothing() {
        MessageId id = ledger().accept(SampleMessage.to("jo@example.org").key("k", "content"));

        AppendResult again = ledger().append(SampleMessage.to("jo@example.org").key("k", "content"))
                .get(0);

        assertThat(again).isEqualTo(new AppendResult(DUPLICATE, id, 0));
        assertThat(ledger().store().list(MessageQuery.ofTenant(LANE.tenant())).items())
                .hasSize(1);
        assertThat(ledger().feed(0)).hasSize(1);
    }

    @Test
    default void the_same_key_with_other_content_is_a_conflict_and_adds_nothing() {
        MessageId id = ledger().accept(SampleMessage.to("jo@example.org").key("k", "content"));

        AppendResult other = ledger().append(SampleMessage.to("jo@example.org").key("k", "another"))
                .get(0);

        assertThat(other).isEqualTo(new AppendResult(CONFLICT, id, 0));
        assertThat(ledger().store().list(MessageQuery.ofTenant(LANE.tenant())).items())
                .hasSize(1);
        assertThat(ledger().feed(0)).hasSize(1);
    }

    @Test
    default void a_key_that_comes_again_in_its_own_batch_is_recognised() {
        List<AppendResult> results = ledger().append(
                        SampleMessage.to("a@example.org").key("k", "content"),
                        SampleMessage.to("b@example.org").key("k", "content"),
                        SampleMessage.to("c@example.org").key("k", "another"),
                        SampleMessage.to("d@example.org"));

        MessageId first = results.get(0).id();
        assertThat(results).extracting(AppendResult::kind).containsExactly(ACCEPTED, DUPLICATE, CONFLICT, ACCEPTED);
        assertThat(results.get(1).id()).isEqualTo(first);
        assertThat(results.get(2).id()).isEqualTo(first);
        assertThat(ledger().store().list(MessageQuery.ofTenant(LANE.tenant())).items())
                .hasSize(2);
    }

    @Test
    default void a_key_belongs_to_its_tenant() {
        ledger().accept(SampleMessage.to("jo@example.org").key("k", "content"));

        AppendResult elsewhere = ledger().append(
                        SampleMessage.to("jo@example.org").lane(STRANGER).key("k", "another"))
                .get(0);

        assertThat(elsewhere.kind()).isEqualTo(ACCEPTED);
    }

    @Test
    default void a_suppressed_recipient_ends_at_once_and_has_a_reason() {
        ledger().suppress(LANE, null, "jo@example.org", null);

        AppendResult result = ledger().append(
                        SampleMessage.to("Jo@example.org", "al@example.org").sendAt(LATER))
                .get(0);

        assertThat(result.suppressed()).isEqualTo(1);
        assertThat(ledger().append(SampleMessage.to("jo@example.org").key("with a key", "content"))
                        .get(0)
                        .suppressed())
                .isEqualTo(1);
        List<DeliveryStatus> deliveries = ledger().deliveries(result.id());
        assertThat(deliveries)
                .extracting(DeliveryStatus::state)
                .containsExactly(DeliveryState.SUPPRESSED, DeliveryState.SCHEDULED);
        assertThat(deliveries.get(0).failure()).extracting(Failure::reason).isEqualTo("suppressed");
        List<MailEvent> events = ledger().store().events(result.id());
        assertThat(events)
                .extracting(MailEvent::type)
                .containsExactlyInAnyOrder(EventType.SUPPRESSED, EventType.QUEUED);
        assertThat(events)
                .filteredOn(e -> e.type() == EventType.SUPPRESSED)
                .singleElement()
                .satisfies(e -> {
                    assertThat(e.deliveryId()).isEqualTo(deliveries.get(0).id());
                    assertThat(e.failure()).extracting(Failure::reason).isEqualTo("suppressed");
                });
    }

    @Test
    default void a_suppression_holds_for_its_tenant_and_stream_and_time_only() {
        ledger().suppress(LANE, BROADCAST.stream(), "jo@example.org", null);
        ledger().suppress(STRANGER, null, "jo@example.org", null);
        ledger().suppress(LANE, null, "al@example.org", NOON);

        List<AppendResult> results = ledger().append(
                        SampleMessage.to("jo@example.org", "al@example.org"),
                        SampleMessage.to("jo@example.org").lane(BROADCAST));

        assertThat(results).extracting(AppendResult::suppressed).containsExactly(0, 1);
    }

    @Test
    default void an_unknown_lane_is_the_caller_s_error_and_nothing_is_stored() {
        Lane unknown = new Lane(LANE.tenant(), "never-registered");

        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(() -> ledger().append(
                                SampleMessage.to("jo@example.org").key("k", "content"),
                                SampleMessage.to("jo@example.org").lane(unknown)))
                .satisfies(e -> assertThat(e.field()).isEqualTo("stream"));

        assertThat(ledger().store().list(MessageQuery.ofTenant(LANE.tenant())).items())
                .isEmpty();
        ledger().accept(SampleMessage.to("jo@example.org").key("k", "another"));
    }

    @Test
    default void registering_a_lane_again_changes_nothing() {
        MessageId id = ledger().accept(SampleMessage.to("jo@example.org"));

        ledger().store().register(LANE);

        assertThat(ledger().readyQueues()).containsExactly(EXAMPLE_ORG);
        assertThat(ledger().state(id)).isEqualTo(DeliveryState.QUEUED);
    }

    @Test
    default void nothing_of_a_failed_transaction_remains() {
        NewMessage message = ledger().build(SampleMessage.to("jo@example.org").key("k", "content"));
        MessageId before = ledger().accept(SampleMessage.to("al@example.org"));
        RuntimeException failure = new IllegalStateException("on purpose");

        assertThatThrownBy(() -> ledger().in(tx -> {
                    tx.append(List.of(message));
                    tx.cancel(before, NOON);
                    tx.registerNode("gone", NOON, LedgerDriver.LEASE);
                    throw failure;
                }))
                .isSameAs(failure);

        assertThat(ledger().store().find(message.id())).isNull();
        assertThat(ledger().store().load(message.id())).isNull();
        assertThat(ledger().store().events(message.id())).isEmpty();
        assertThat(ledger().state(before)).isEqualTo(DeliveryState.QUEUED);
        assertThat(ledger().eventTypes(before)).containsExactly(EventType.QUEUED);
        assertThat(ledger().feed(0)).hasSize(1);
        assertThat(ledger().readyQueues()).containsExactly(EXAMPLE_ORG);
        long node = ledger().node();
        assertThat(ledger().claimAll(node, NOON)).hasSize(1);
        AppendResult again = ledger().append(SampleMessage.to("jo@example.org").key("k", "another"))
                .get(0);
        assertThat(again.kind()).isEqualTo(ACCEPTED);
    }

    @Test
    default void an_error_in_the_work_rolls_back_too() {
        NewMessage message = ledger().build(SampleMessage.to("jo@example.org"));
        Error failure = new StackOverflowError("on purpose");

        assertThatThrownBy(() -> ledger().in(tx -> {
                    tx.append(List.of(message));
                    throw failure;
                }))
                .isSameAs(failure);

        assertThat(ledger().store().find(message.id())).isNull();
        ledger().accept(SampleMessage.to("jo@example.org"));
    }

    @Test
    default void a_thousand_recipients_are_one_message() {
        String[] addresses = new String[1_000];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = "r" + i + "@d" + i % 7 + ".example";
        }

        MessageId id = ledger().accept(SampleMessage.to(addresses));

        assertThat(ledger().deliveries(id))
                .extracting(DeliveryStatus::recipient)
                .containsExactly(addresses);
        assertThat(ledger().readyQueues()).hasSize(7);
    }
}
