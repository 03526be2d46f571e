// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.mailer.api.CancelResult;
import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.Page;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.Settlement;
import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.Stores;
import dev.mailer.testkit.Sabotage.Call;
import dev.mailer.testkit.Sabotage.Fault;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The suites find what is wrong with a store: each fault here must fail the test that is about it. */
class BrokenStoresTest {
    private static final Sabotage NONE = new Sabotage("nothing", Call::proceed);
    private static Sabotage sabotage = NONE;

    @AfterEach
    void mend() {
        sabotage = NONE;
    }

    static final class BrokenOutbox extends OutboxStoreContract {
        @Override
        protected OutboxStore newStore() {
            return sabotage.of(Stores.memory());
        }
    }

    static final class BrokenContents extends ContentStoreContract {
        @Override
        protected OutboxStore newStore() {
            return sabotage.of(Stores.memory());
        }
    }

    static final class BrokenSuppressions extends SuppressionStoreContract {
        @Override
        protected OutboxStore newStore() {
            return sabotage.of(Stores.memory());
        }
    }

    static final class BrokenFeed extends EventStoreContract {
        @Override
        protected OutboxStore newStore() {
            return sabotage.of(Stores.memory());
        }
    }

    static final class BrokenWebhooks extends WebhookStoreContract {
        @Override
        protected OutboxStore newStore() {
            return sabotage.of(Stores.memory());
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource({"transactionFaults", "storeFaults"})
    void the_outbox_suite_finds(String method, String finding, Fault fault) {
        sabotage = new Sabotage(method, fault);

        assertThat(SuiteRun.fails(BrokenOutbox.class, finding)).isTrue();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void the_content_suite_finds(String method, String finding, Fault fault) {
        sabotage = new Sabotage(method, fault);

        assertThat(SuiteRun.fails(BrokenContents.class, finding)).isTrue();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void the_suppression_suite_finds(String method, String finding, Fault fault) {
        sabotage = new Sabotage(method, fault);

        assertThat(SuiteRun.fails(BrokenSuppressions.class, finding)).isTrue();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void the_feed_suite_finds(String method, String finding, Fault fault) {
        sabotage = new Sabotage(method, fault);

        assertThat(SuiteRun.fails(BrokenFeed.class, finding)).isTrue();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("dev.mailer.testkit.WebhookFaults#all")
    void the_webhook_suite_finds(String method, String finding, Fault fault) {
        sabotage = new Sabotage(method, fault);

        assertThat(SuiteRun.fails(BrokenWebhooks.class, finding)).isTrue();
    }

    static Stream<Arguments> transactionFaults() {
        return Stream.of(
                tx(
                        "append",
                        "the_same_key_with_the_same_content_adds_nothing",
                        c -> mapped(c, NewMessage.class, BrokenStoresTest::withoutKey)),
                tx("append", "results_are_in_the_order_of_the_messages", c -> reversed(c.proceed())),
                tx("claim", "what_is_claimed_is_not_claimed_again", claimsTwice()),
                tx(
                        "claim",
                        "the_oldest_come_first_and_no_more_than_asked_for",
                        c -> mapped(c, Pick.class, p -> new Pick(p.queue(), 1_000))),
                tx("claim", "the_oldest_come_first_and_no_more_than_asked_for", c -> reversed(c.proceed())),
                tx("claim", "a_suppression_since_acceptance_shows_in_the_claim", c -> unsuppressed(c.proceed())),
                tx(
                        "claimAlone",
                        "a_suspect_is_claimed_only_alone_when_it_is_due_and_journalled_at_once",
                        c -> c.with(1, Instant.MAX).proceed()),
                tx("journal", "only_current_claims_are_journalled", c -> idsOf(c.arg(1, List.class))),
                tx(
                        "settle",
                        "a_stale_deferral_or_rejection_adds_its_event_and_changes_nothing",
                        c -> mapped(c, Settlement.class, s -> asIfCurrent(c, s))),
                tx(
                        "settle",
                        "a_late_acceptance_ends_the_delivery_whatever_happened_since",
                        c -> c.with(0, onTime(c)).proceed()),
                tx("settle", "only_the_holder_settles", c -> {
                    c.proceed();
                    return all(c.args().get(0), Settlement.class).stream()
                            .map(s -> s.claim().deliveryId())
                            .toList();
                }),
                tx(
                        "promote",
                        "a_deferred_delivery_waits_until_it_is_due",
                        c -> c.with(0, Instant.MAX).proceed()),
                tx("promote", "what_is_due_becomes_ready_and_its_queues_are_told", c -> {
                    c.proceed();
                    return List.of();
                }),
                tx(
                        "promote",
                        "promotion_takes_the_longest_due_first_and_no_more_than_its_limit",
                        c -> c.with(1, 100).proceed()),
                tx("expire", "whatever_waits_expires_with_a_reason", c -> 0),
                tx("cancel", "cancelling_takes_back_what_waits_and_counts_what_it_came_too_late_for", c -> {
                    CancelResult r = (CancelResult) c.proceed();
                    return r == null ? null : new CancelResult(r.id(), r.cancelled(), 0);
                }),
                tx("resolve", "other_states_allow_no_decision", c -> {
                    c.proceed();
                    return true;
                }),
                tx(
                        "report",
                        "a_report_that_comes_again_has_no_effect",
                        c -> mapped(c, Report.class, BrokenStoresTest::withFreshId)),
                tx(
                        "report",
                        "results_are_in_the_order_of_the_reports_also_where_one_repeats_another",
                        c -> reversed(c.proceed())),
                tx("heartbeat", "a_heartbeat_reaches_a_node_until_it_is_removed", c -> true),
                tx(
                        "deadNodes",
                        "a_node_whose_lease_has_run_out_is_dead_for_others",
                        c -> c.with(0, -1L).proceed()),
                tx(
                        "deadNodes",
                        "a_node_that_was_registered_here_is_spared_until_its_lease_has_run_out",
                        c -> c.with(1, Instant.MAX).proceed()),
                tx("removeNode", "a_heartbeat_reaches_a_node_until_it_is_removed", c -> null),
                tx(
                        "purge",
                        "no_more_goes_than_the_limit_and_the_oldest_first",
                        c -> c.with(2, 100).proceed()),
                tx(
                        "purge",
                        "content_goes_and_the_facts_stay",
                        c -> c.with(1, Instant.MAX).proceed()));
    }

    static Stream<Arguments> storeFaults() {
        return Stream.of(
                store("transact", "nothing_of_a_failed_transaction_remains", BrokenStoresTest::neverRollsBack),
                store(
                        "events",
                        "every_accepted_delivery_is_queued_with_one_event",
                        c -> all(c.proceed(), MailEvent.class).stream()
                                .filter(e -> e.type() != EventType.QUEUED)
                                .toList()),
                store(
                        "countEvents",
                        "of_a_mail_with_very_many_events_the_first_and_the_newest_are_told",
                        c -> Math.min((long) c.proceed(), 1_000L)),
                store(
                        "events",
                        "whatever_stands_in_an_event_comes_back_as_it_was",
                        c -> all(c.proceed(), MailEvent.class).stream()
                                .filter(e -> !e.detail().toString().contains("onerror"))
                                .toList()),
                store("events", "the_timeline_is_in_order_of_time_whenever_a_report_came", c -> reversed(c.proceed())),
                store(
                        "suppressions",
                        "a_suppressed_recipient_ends_at_once_and_has_a_reason",
                        c -> Stores.memory().suppressions()),
                store(
                        "parkedSince",
                        "a_parking_replaces_the_one_before_and_lifting_it_is_seen_too",
                        c -> all(c.proceed(), ParkedQueue.class).stream()
                                .filter(p -> p.strikes() > 0)
                                .toList()),
                store(
                        "parkedSince",
                        "parkings_are_seen_from_the_instant_they_changed",
                        c -> c.with(0, Instant.EPOCH).proceed()),
                store(
                        "readyQueues",
                        "ready_queues_come_by_domain_and_page_by_page",
                        c -> c.with(1, null).proceed()),
                store("readyQueues", "ready_queues_come_by_domain_and_page_by_page", c -> reversed(c.proceed())),
                store("hasAlone", "a_suspect_is_claimed_only_alone_when_it_is_due_and_journalled_at_once", c -> false),
                store(
                        "hasAlone",
                        "a_suspect_is_claimed_only_alone_when_it_is_due_and_journalled_at_once",
                        c -> c.with(0, Instant.MAX).proceed()),
                store("nextDue", "the_next_due_instant_is_the_earliest_of_those_that_wait", c -> null),
                store("list", "the_newest_come_first_page_by_page", c -> {
                    Page<?> page = (Page<?>) c.proceed();
                    return new Page<>(all(reversed(page.items()), MessageStatus.class), page.hasMore());
                }),
                store(
                        "list",
                        "a_filtered_page_says_whether_another_match_follows",
                        c -> new Page<>(all(((Page<?>) c.proceed()).items(), MessageStatus.class), true)),
                store("depths", "depths_count_what_waits_in_each_lane", c -> List.of()));
    }

    static Stream<Arguments> the_content_suite_finds() {
        return Stream.of(
                arguments("ContentStore.sweep", "a_sweep_spares_old_content_that_is_put_again_meanwhile", (Fault) c ->
                        c.with(0, c.arg(0, Instant.class).plusSeconds(60)).proceed()),
                arguments("ContentStore.put", "content_of_every_size_comes_back_to_the_byte", (Fault) c -> c.with(
                                1,
                                new ByteArrayInputStream(
                                        c.arg(1, InputStream.class).readNBytes(256 * 1024)))
                        .proceed()),
                arguments(
                        "ContentStore.put",
                        "the_largest_allowed_is_taken_and_one_byte_more_is_refused_without_remains",
                        (Fault) c -> c.with(2, 2 * c.arg(2, Long.class)).proceed()),
                arguments("ContentStore.put", "a_tenant_does_not_reach_another_s_content", (Fault)
                        c -> c.with(0, "default").proceed()),
                arguments("ContentStore.open", "a_tenant_does_not_reach_another_s_content", (Fault)
                        c -> c.with(0, "default").proceed()),
                arguments("ContentStore.sweep", "a_sweep_spares_what_was_used_lately_and_removes_the_rest", (Fault)
                        c -> c.with(0, Instant.MAX).proceed()),
                arguments(
                        "OutboxTransaction.append",
                        "a_sweep_spares_what_a_message_refers_to_until_its_content_is_purged",
                        (Fault) c -> mapped(c, NewMessage.class, BrokenStoresTest::withoutRefs)));
    }

    static Stream<Arguments> the_suppression_suite_finds() {
        return Stream.of(
                arguments("SuppressionStore.find", "an_entry_holds_until_its_end_and_not_at_it", (Fault)
                        c -> c.with(3, Instant.EPOCH).proceed()),
                arguments("SuppressionStore.find", "a_tenant_s_list_is_its_own", (Fault)
                        c -> c.with(0, "default").proceed()),
                arguments("SuppressionStore.find", "an_entry_for_one_stream_holds_for_that_stream_only", (Fault)
                        c -> c.with(1, "broadcast").proceed()),
                arguments("SuppressionStore.remove", "removing_takes_the_named_entry_only", (Fault) c -> {
                    SuppressionStore list = (SuppressionStore) c.target();
                    list.remove(
                            c.arg(0, String.class),
                            "transactional",
                            c.arg(2, String.class),
                            null,
                            "test",
                            Instant.EPOCH);
                    return c.proceed();
                }),
                arguments("SuppressionStore.remove", "a_reason_is_removed_by_itself_or_with_all_others", (Fault)
                        c -> c.with(3, null).proceed()),
                arguments("SuppressionStore.add", "an_entry_of_each_reason_stands_beside_the_others", (Fault) c -> {
                    Suppression s = c.arg(0, Suppression.class);
                    int removed = ((SuppressionStore) c.target())
                            .remove(s.tenant(), s.stream(), s.address(), null, "test", s.at());
                    boolean unused = (boolean) c.proceed();
                    return removed == 0;
                }),
                arguments(
                        "SuppressionStore.find",
                        "of_several_that_hold_the_one_for_longest_is_found_and_then_the_first_reason",
                        (Fault) c -> ((SuppressionStore) c.target())
                                .entries(c.arg(0, String.class), c.arg(2, String.class)).stream()
                                        .filter(s -> s.stream() == null)
                                        .findFirst()
                                        .orElse(null)),
                arguments("SuppressionStore.list", "a_list_comes_part_by_part_and_has_each_entry_once", (Fault)
                        c -> c.with(2, null).proceed()),
                arguments("SuppressionStore.list", "the_list_of_a_stream_has_no_other_entries", (Fault)
                        c -> c.with(1, null).proceed()),
                arguments(
                        "SuppressionStore.addAll", "many_are_added_at_once_and_those_that_are_new_are_counted", (Fault)
                                c -> {
                                    c.proceed();
                                    return c.arg(0, List.class).size();
                                }),
                arguments("SuppressionStore.addAll", "of_many_with_one_that_is_refused_none_is_added", (Fault) c -> {
                    SuppressionStore list = (SuppressionStore) c.target();
                    all(c.args().get(0), Suppression.class).forEach(list::add);
                    return 0;
                }),
                arguments(
                        "SuppressionStore.countNew",
                        "many_are_added_at_once_and_those_that_are_new_are_counted",
                        (Fault) c -> ((SuppressionStore) c.target())
                                .addAll(all(c.args().get(0), Suppression.class))),
                arguments(
                        "SuppressionStore.entries", "all_entries_of_an_address_are_told_also_those_that_ended", (Fault)
                                c -> all(c.proceed(), Suppression.class).stream()
                                        .filter(s -> s.until() == null)
                                        .toList()));
    }

    static Stream<Arguments> the_feed_suite_finds() {
        return Stream.of(
                arguments("EventStore.read", "a_reader_goes_on_behind_its_last_position", (Fault) c ->
                        c.with(0, Math.max(0, c.arg(0, Long.class) - 1)).proceed()),
                arguments("EventStore.read", "every_event_gets_a_position_and_positions_grow", (Fault)
                        c -> reversed(c.proceed())),
                arguments("EventStore.read", "batches_are_no_larger_than_asked_for", (Fault)
                        c -> c.with(1, 100).proceed()),
                arguments("EventStore.ofDelivery", "events_of_one_delivery_are_read_page_by_page", (Fault)
                        c -> all(c.proceed(), MailEvent.class).stream().limit(2).toList()),
                arguments("EventStore.moveCursor", "each_consumer_has_a_cursor_of_its_own_that_begins_at_zero", (Fault)
                        c -> c.with(0, "metrics").proceed()),
                arguments("EventStore.moveCursor", "only_the_node_that_has_a_cursor_moves_it", (Fault) c -> {
                    ((EventStore) c.target()).takeCursor(c.arg(0, String.class), 1);
                    return c.with(1, 1L).proceed();
                }),
                arguments("EventStore.takeCursor", "a_cursor_is_one_node_s_at_a_time", (Fault)
                        c -> ((EventStore) c.target()).cursor(c.arg(0, String.class))),
                arguments("EventStore.giveCursorBack", "a_cursor_that_was_given_back_goes_on_from_where_it_is", (Fault)
                        c -> null));
    }

    private static Arguments tx(String method, String finding, Fault fault) {
        return arguments("OutboxTransaction." + method, finding, fault);
    }

    private static Arguments store(String method, String finding, Fault fault) {
        return arguments("OutboxStore." + method, finding, fault);
    }

    /** The last argument that is a list, with each element changed. */
    private static <T> Object mapped(Call c, Class<T> type, UnaryOperator<T> change) throws Throwable {
        int last = c.args().size() - 1;
        return c.with(last, all(c.args().get(last), type).stream().map(change).toList())
                .proceed();
    }

    private static <T> List<T> all(Object list, Class<T> type) {
        return ((List<?>) list).stream().map(type::cast).toList();
    }

    private static List<Object> reversed(Object list) {
        List<Object> copy = new ArrayList<>((List<?>) list);
        Collections.reverse(copy);
        return copy;
    }

    private static Fault claimsTwice() {
        AtomicReference<Object> first = new AtomicReference<>(List.of());
        return c -> {
            List<?> claims = (List<?>) c.proceed();
            return claims.isEmpty() ? first.get() : first.updateAndGet(x -> claims);
        };
    }

    private static List<Claim> unsuppressed(Object claims) {
        return all(claims, Claim.class).stream()
                .map(c -> c.withSuppression(null))
                .toList();
    }

    private static List<Long> idsOf(List<?> claims) {
        return all(claims, Claim.class).stream().map(Claim::deliveryId).toList();
    }

    /** A settlement of whatever attempt is current. */
    private static Settlement asIfCurrent(Call c, Settlement s) {
        Claim current = held(c, s);
        return current == null ? s : s.withClaim(current);
    }

    private static List<Settlement> onTime(Call c) {
        return all(c.args().get(0), Settlement.class).stream()
                .filter(s -> s.claim().equals(held(c, s)))
                .toList();
    }

    private static Claim held(Call c, Settlement s) {
        return ((OutboxTransaction) c.target())
                .heldBy(s.node(), 1_000).stream()
                        .filter(h -> h.deliveryId() == s.claim().deliveryId())
                        .findFirst()
                        .orElse(null);
    }

    private static Object neverRollsBack(Call c) throws Throwable {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        @SuppressWarnings("unchecked")
        Function<OutboxTransaction, Object> work =
                (Function<OutboxTransaction, Object>) c.args().get(0);
        Object result = c.with(0, (Function<OutboxTransaction, Object>) tx -> {
                    try {
                        return work.apply(tx);
                    } catch (RuntimeException | Error e) {
                        failure.set(e);
                        return null;
                    }
                })
                .proceed();
        if (failure.get() != null) {
            throw failure.get();
        }
        return result;
    }

    private static NewMessage withoutKey(NewMessage m) {
        return new NewMessage(
                m.id(),
                m.lane(),
                m.acceptedAt(),
                m.sendAt(),
                m.expiresAt(),
                m.policy(),
                m.summary(),
                m.content(),
                null,
                m.deliveries());
    }

    private static NewMessage withoutRefs(NewMessage m) {
        NewMessage.StoredContent content = new NewMessage.StoredContent(
                m.content().document(),
                m.content().raw(),
                List.of(),
                m.content().key());
        return new NewMessage(
                m.id(),
                m.lane(),
                m.acceptedAt(),
                m.sendAt(),
                m.expiresAt(),
                m.policy(),
                m.summary(),
                content,
                m.idempotency(),
                m.deliveries());
    }

    private static Report withFreshId(Report r) {
        return new Report(
                r.source(), UUID.randomUUID().toString(), r.type(), r.deliveryId(), r.at(), r.failure(), r.detail());
    }
}
