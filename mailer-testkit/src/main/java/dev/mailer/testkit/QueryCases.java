// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.EventType;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.Page;
import dev.mailer.api.RecipientRole;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.OutboxStore.Depth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What people ask. */
interface QueryCases extends StoreCases {
    MessageQuery ALL = MessageQuery.ofTenant(LANE.tenant());

    @Test
    default void a_message_is_found_with_all_that_a_list_shows() {
        MessageId id = ledger().accept(SampleMessage.to("jo@example.org")
                .lane(BROADCAST)
                .subject("Grüße")
                .tags(Map.of("a", "1", "b", "2")));

        MessageStatus status = ledger().status(id);

        assertThat(status.id()).isEqualTo(id);
        assertThat(status.acceptedAt()).isEqualTo(NOON);
        assertThat(status.tenant()).isEqualTo(BROADCAST.tenant());
        assertThat(status.stream()).isEqualTo(BROADCAST.stream());
        assertThat(status.from()).isEqualTo("Shop <shop@example.com>");
        assertThat(status.subject()).isEqualTo("Grüße");
        assertThat(status.messageIdHeader()).isEqualTo("<" + id + "@example.com>");
        assertThat(status.tags()).isEqualTo(Map.of("a", "1", "b", "2"));
        assertThat(status.sendAt()).isNull();
        assertThat(status.lastEvent()).isEqualTo(EventType.QUEUED);
        assertThat(status.deliveries()).singleElement().satisfies(d -> {
            assertThat(d.role()).isEqualTo(RecipientRole.TO);
            assertThat(d.changedAt()).isEqualTo(NOON);
            assertThat(d.transport()).isNull();
            assertThat(d.failure()).isNull();
            assertThat(d.reply()).isNull();
        });
    }

    @Test
    default void an_unknown_message_is_null() {
        assertThat(ledger().store().find(new MessageId(new UUID(1, 2)))).isNull();
        assertThat(ledger().store().load(new MessageId(new UUID(1, 2)))).isNull();
        assertThat(ledger().store().load(List.of())).isEmpty();
        assertThat(ledger().store().list(ALL)).isEqualTo(new Page<>(List.of(), false));
    }

    @Test
    default void the_newest_come_first_page_by_page() {
        List<MessageId> ids = accept(5);

        Page<MessageStatus> first = ledger().store().list(ALL.limit(2));
        Page<MessageStatus> second = ledger().store().list(ALL.limit(2).after(ids.get(3)));
        Page<MessageStatus> last = ledger().store().list(ALL.limit(2).after(ids.get(1)));

        assertThat(ids(first)).containsExactly(ids.get(4), ids.get(3));
        assertThat(first.hasMore()).isTrue();
        assertThat(ids(second)).containsExactly(ids.get(2), ids.get(1));
        assertThat(second.hasMore()).isTrue();
        assertThat(ids(last)).containsExactly(ids.get(0));
        assertThat(last.hasMore()).isFalse();
    }

    @Test
    default void a_page_before_a_message_is_the_one_next_to_it() {
        List<MessageId> ids = accept(5);

        Page<MessageStatus> page = ledger().store().list(ALL.limit(2).before(ids.get(1)));
        Page<MessageStatus> newest = ledger().store().list(ALL.limit(2).before(ids.get(2)));

        assertThat(ids(page)).containsExactly(ids.get(3), ids.get(2));
        assertThat(page.hasMore()).isTrue();
        assertThat(ids(newest)).containsExactly(ids.get(4), ids.get(3));
        assertThat(newest.hasMore()).isFalse();
        assertThat(ids(ledger().store().list(ALL.before(ids.get(4))))).isEmpty();
    }

    @Test
    default void a_list_shows_the_same_as_a_look_at_each_message() {
        long node = ledger().node();
        MessageId two = ledger().accept(SampleMessage.to("a@example.org", "b@example.org"));
        Claim claim = ledger().claim(node, NOON, 1, EXAMPLE_ORG).get(0);
        ledger().settle(Settlements.sent(claim, node, LATER));
        ledger().accept(SampleMessage.to("c@example.org"));

        MessageStatus listed = ledger().store().list(ALL).items().get(1);

        assertThat(listed).usingRecursiveComparison().isEqualTo(ledger().status(two));
        assertThat(listed.deliveries()).hasSize(2);
        assertThat(listed.lastEvent()).isEqualTo(EventType.SENT);
    }

    @Test
    default void lists_keep_to_stream_state_recipient_and_time() {
        long node = ledger().node();
        Claim sent = ledger().claimNew(node, NOON);
        ledger().settle(Settlements.sent(sent, node, NOON));
        MessageId sentId = ledger().messageOf(sent);
        MessageId broadcast = ledger().accept(
                        SampleMessage.to("Al@example.org", "ed@example.org").lane(BROADCAST));
        MessageId tomorrow = ledger().accept(SampleMessage.to("al@example.org").acceptedAt(TOMORROW));

        assertThat(list(ALL.stream(BROADCAST.stream()))).containsExactly(broadcast);
        assertThat(list(ALL.stream("unknown"))).isEmpty();
        assertThat(list(ALL.state(DeliveryState.SENT))).containsExactly(sentId);
        assertThat(list(ALL.state(DeliveryState.QUEUED))).containsExactly(tomorrow, broadcast);
        assertThat(list(ALL.state(DeliveryState.BOUNCED))).isEmpty();
        assertThat(list(ALL.recipient("al@example.org"))).containsExactly(tomorrow, broadcast);
        assertThat(list(ALL.recipient("ed@example.org"))).containsExactly(broadcast);
        assertThat(list(ALL.recipient("nobody@example.org"))).isEmpty();
        assertThat(list(ALL.since(TOMORROW))).containsExactly(tomorrow);
        assertThat(list(ALL.since(TOMORROW.plusMillis(1)))).isEmpty();
        assertThat(list(ALL.until(TOMORROW))).containsExactly(broadcast, sentId);
        assertThat(list(ALL.stream(BROADCAST.stream())
                        .state(DeliveryState.QUEUED)
                        .recipient("al@example.org")))
                .containsExactly(broadcast);
        assertThat(list(ALL.recipient("al@example.org").until(TOMORROW).limit(1)))
                .containsExactly(broadcast);
    }

    @Test
    default void a_filtered_page_says_whether_another_match_follows() {
        MessageId older = ledger().accept(SampleMessage.to("jo@example.org"));
        MessageId newer = ledger().accept(SampleMessage.to("jo@example.org"));
        MessageId other = ledger().accept(SampleMessage.to("al@example.org"));
        MessageQuery query = ALL.recipient("jo@example.org").limit(1);

        assertThat(ledger().store().list(query).hasMore()).isTrue();
        assertThat(list(query)).containsExactly(newer);
        assertThat(ledger().store().list(query.after(newer)).hasMore()).isFalse();
        assertThat(list(query.after(newer))).containsExactly(older);
        assertThat(ledger().store().list(query.before(older)).hasMore()).isFalse();
        assertThat(list(query.after(other))).containsExactly(newer);
    }

    @Test
    default void an_alone_delivery_is_listed_as_queued() {
        long node = ledger().node();
        Claim claim = ledger().claimNew(node, NOON);
        ledger().settle(Settlements.alone(claim, node, NOON, LATER));

        assertThat(list(ALL.state(DeliveryState.QUEUED))).containsExactly(ledger().messageOf(claim));
    }

    @Test
    default void a_tenant_sees_its_own_messages_only() {
        MessageId ours = ledger().accept(SampleMessage.to("jo@example.org"));
        MessageId theirs = ledger().accept(SampleMessage.to("jo@example.org").lane(STRANGER));

        assertThat(list(ALL)).containsExactly(ours);
        assertThat(list(ALL.recipient("jo@example.org"))).containsExactly(ours);
        assertThat(list(ALL.stream(STRANGER.stream()))).containsExactly(ours);
        assertThat(list(ALL.after(theirs))).containsExactly(ours);
        assertThat(list(MessageQuery.ofTenant(STRANGER.tenant()))).containsExactly(theirs);
        assertThat(list(MessageQuery.ofTenant("nobody"))).isEmpty();
    }

    @Test
    default void depths_count_what_waits_in_each_lane() {
        long node = ledger().node();
        ledger().accept(SampleMessage.to("a@example.org", "b@example.net"));
        ledger().accept(SampleMessage.to("c@example.org").sendAt(LATER));
        ledger().claim(node, NOON, 1, EXAMPLE_NET);
        ledger().accept(SampleMessage.to("d@example.org").lane(BROADCAST).sendAt(LATER));

        List<Depth> depths = ledger().store().depths();

        assertThat(depths)
                .filteredOn(d -> d.lane().equals(LANE))
                .singleElement()
                .satisfies(d -> {
                    assertThat(List.of(d.ready(), d.waiting(), d.sending())).containsExactly(1L, 1L, 1L);
                    assertThat(d.oldestReady()).isGreaterThanOrEqualTo(Duration.ZERO);
                });
        assertThat(depths)
                .filteredOn(d -> d.lane().equals(BROADCAST))
                .singleElement()
                .satisfies(d -> {
                    assertThat(List.of(d.ready(), d.waiting(), d.sending())).containsExactly(0L, 1L, 0L);
                    assertThat(d.oldestReady()).isZero();
                });
    }

    private List<MessageId> accept(int count) {
        List<MessageId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(ledger().accept(SampleMessage.to("jo@example.org").acceptedAt(NOON.plusSeconds(i))));
        }
        return ids;
    }

    private List<MessageId> list(MessageQuery query) {
        return ids(ledger().store().list(query));
    }

    private static List<MessageId> ids(Page<MessageStatus> page) {
        return page.items().stream().map(MessageStatus::id).toList();
    }
}
