// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static dev.mailer.api.spi.DeliveryReports.Result.APPLIED;
import static dev.mailer.api.spi.DeliveryReports.Result.DUPLICATE;
import static dev.mailer.api.spi.DeliveryReports.Result.UNKNOWN_DELIVERY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What others say happened after acceptance: late, twice and out of order. */
interface ReportCases extends StoreCases {
    @Test
    default void a_report_becomes_an_event_with_all_that_it_says() {
        Claim sent = sent();
        Report report = new Report(
                "ses",
                "event-1",
                EventType.BOUNCED,
                sent.deliveryId(),
                TOMORROW,
                Settlements.FAILURE,
                Map.of("class", "hard", "diagnostic", "smtp; 550 \"no such user\""));

        assertThat(ledger().report(report)).isEqualTo(APPLIED);

        MailEvent event = ledger().lastEvent(ledger().messageOf(sent));
        assertThat(event.type()).isEqualTo(EventType.BOUNCED);
        assertThat(event.at()).isEqualTo(TOMORROW);
        assertThat(event.deliveryId()).isEqualTo(sent.deliveryId());
        assertThat(event.recipient()).isEqualTo("jo@example.org");
        assertThat(event.failure()).isEqualTo(Settlements.FAILURE);
        assertThat(event.detail()).containsAllEntriesOf(report.detail());
        assertThat(ledger().state(sent)).isEqualTo(DeliveryState.BOUNCED);
        assertThat(ledger().statusOf(sent).failure()).isEqualTo(Settlements.FAILURE);
        assertThat(ledger().statusOf(sent).changedAt()).isEqualTo(TOMORROW);
    }

    @Test
    default void a_report_that_comes_again_has_no_effect() {
        Claim sent = sent();
        ledger().report(report("ses", "1", EventType.OPENED, sent.deliveryId()));

        assertThat(ledger().report(report("ses", "1", EventType.BOUNCED, sent.deliveryId())))
                .isEqualTo(DUPLICATE);
        assertThat(ledger().report(report("dsn", "1", EventType.OPENED, sent.deliveryId())))
                .isEqualTo(APPLIED);
        assertThat(ledger().report(report("ses", "2", EventType.OPENED, sent.deliveryId())))
                .isEqualTo(APPLIED);

        assertThat(ledger().state(sent)).isEqualTo(DeliveryState.SENT);
        assertThat(ledger().store().events(ledger().messageOf(sent))).hasSize(5);
    }

    @Test
    default void results_are_in_the_order_of_the_reports_also_where_one_repeats_another() {
        Claim sent = sent();
        Report opened = report("ses", "1", EventType.OPENED, sent.deliveryId());
        Report unknown = report("ses", "2", EventType.OPENED, sent.deliveryId() + 1_000_000);
        Report clicked = report("ses", "3", EventType.CLICKED, sent.deliveryId());

        assertThat(ledger().all(tx -> tx.report(List.of(unknown, opened, opened, clicked))))
                .containsExactly(UNKNOWN_DELIVERY, APPLIED, DUPLICATE, APPLIED);
        assertThat(ledger().all(tx -> tx.report(List.of()))).isEmpty();
        assertThat(ledger().feed(0)).hasSize(4);
    }

    @Test
    default void a_report_about_an_unknown_delivery_is_not_remembered() {
        assertThat(ledger().report(report("ses", "1", EventType.DELIVERED, 4_711)))
                .isEqualTo(UNKNOWN_DELIVERY);
        Claim sent = sent();

        assertThat(ledger().report(report("ses", "1", EventType.DELIVERED, sent.deliveryId())))
                .isEqualTo(APPLIED);
    }

    @Test
    default void a_bounce_beats_a_delivery_and_a_delivery_beats_an_acceptance() {
        Claim claim = sent();

        ledger().report(report("ses", "1", EventType.DELIVERED, claim.deliveryId()));
        assertThat(ledger().state(claim)).isEqualTo(DeliveryState.DELIVERED);
        ledger().report(report("ses", "2", EventType.BOUNCED, claim.deliveryId()));
        assertThat(ledger().state(claim)).isEqualTo(DeliveryState.BOUNCED);
        ledger().report(report("ses", "3", EventType.DELIVERED, claim.deliveryId()));
        assertThat(ledger().state(claim)).isEqualTo(DeliveryState.BOUNCED);

        assertThat(ledger().eventTypes(ledger().messageOf(claim)))
                .containsExactlyInAnyOrder(
                        EventType.QUEUED, EventType.SENT, EventType.DELIVERED, EventType.BOUNCED, EventType.DELIVERED);
    }

    @Test
    default void what_tells_nothing_about_the_delivery_adds_its_event_only() {
        Claim claim = sent();
        int n = 0;

        for (EventType type : List.of(
                EventType.DEFERRED,
                EventType.OPENED,
                EventType.CLICKED,
                EventType.COMPLAINED,
                EventType.UNSUBSCRIBED,
                EventType.UNKNOWN)) {
            assertThat(ledger().report(report("ses", "event-" + n++, type, claim.deliveryId())))
                    .isEqualTo(APPLIED);
            assertThat(ledger().state(claim)).as("after %s", type).isEqualTo(DeliveryState.SENT);
        }

        assertThat(ledger().statusOf(claim).changedAt()).isEqualTo(NOON);
        assertThat(ledger().eventTypes(ledger().messageOf(claim)))
                .contains(EventType.COMPLAINED, EventType.UNKNOWN)
                .hasSize(8);
    }

    @Test
    default void an_outcome_settles_what_was_ambiguous_or_is_being_sent_again() {
        long node = ledger().node();
        Claim held = ledger().claimNew(node, NOON);
        ledger().settle(Settlements.ended(held, node, DeliveryState.AMBIGUOUS, NOON));
        Claim sending = ledger().claimNew(node, NOON);
        Claim deferred = ledger().claimNew(node, NOON);
        ledger().settle(Settlements.deferred(deferred, node, NOON, LATER));

        ledger().report(report("ses", "1", EventType.DELIVERED, held.deliveryId()));
        ledger().report(report("ses", "2", EventType.DELIVERED, sending.deliveryId()));
        ledger().report(report("ses", "3", EventType.BOUNCED, deferred.deliveryId()));

        assertThat(ledger().state(held)).isEqualTo(DeliveryState.DELIVERED);
        assertThat(ledger().state(sending)).isEqualTo(DeliveryState.DELIVERED);
        assertThat(ledger().state(deferred)).isEqualTo(DeliveryState.BOUNCED);
        assertThat(ledger().heldBy(node, 10)).isEmpty();
        assertThat(ledger().promote(TOMORROW)).isEmpty();
        assertThat(ledger().settle(Settlements.deferred(sending, node, LATER, TOMORROW)))
                .isEmpty();
        assertThat(ledger().settle(Settlements.sent(sending, node, LATER))).isEmpty();
        assertThat(ledger().state(sending)).isEqualTo(DeliveryState.DELIVERED);
    }

    @Test
    default void a_late_acceptance_does_not_undo_a_bounce() {
        long node = ledger().node();
        Claim claim = ledger().claimNew(node, NOON);
        ledger().report(report("dsn", "1", EventType.BOUNCED, claim.deliveryId()));

        assertThat(ledger().settle(Settlements.sent(claim, node, LATER))).isEmpty();

        assertThat(ledger().state(claim)).isEqualTo(DeliveryState.BOUNCED);
        assertThat(ledger().eventTypes(ledger().messageOf(claim))).contains(EventType.SENT);
    }

    @Test
    default void the_timeline_is_in_order_of_time_whenever_a_report_came() {
        Claim claim = sent();
        MessageId id = ledger().messageOf(claim);

        ledger().report(reportAt("2", EventType.CLICKED, claim.deliveryId(), TOMORROW));
        ledger().report(reportAt("1", EventType.OPENED, claim.deliveryId(), LATER));

        assertThat(ledger().eventTypes(id).subList(2, 4)).containsExactly(EventType.OPENED, EventType.CLICKED);
        assertThat(ledger().status(id).lastEvent()).isEqualTo(EventType.CLICKED);
    }

    @Test
    default void of_a_mail_with_very_many_events_the_first_and_the_newest_are_told() {
        Claim claim = sent();
        MessageId id = ledger().messageOf(claim);
        int all = 2 * OutboxStore.MOST_EVENTS;
        List<Report> opens = new ArrayList<>();
        for (int i = 2; i < all; i++) {
            opens.add(reportAt("open-" + i, EventType.OPENED, claim.deliveryId(), LATER.plusSeconds(i)));
        }
        assertThat(ledger().all(tx -> tx.report(opens))).containsOnly(APPLIED);
        List<MailEvent> whole = ledger().store().events(id);
        assertThat(whole).hasSize(all).extracting(MailEvent::at).isSorted();
        assertThat(ledger().store().countEvents(id)).isEqualTo(all);

        ledger().report(reportAt("late", EventType.CLICKED, claim.deliveryId(), TOMORROW.plusSeconds(all)));
        ledger().report(reportAt("early", EventType.OPENED, claim.deliveryId(), LATER));

        List<MailEvent> events = ledger().store().events(id);
        assertThat(events).hasSize(all).extracting(MailEvent::at).isSorted();
        assertThat(events).extracting(MailEvent::id).doesNotHaveDuplicates();
        assertThat(events.subList(0, 2)).extracting(MailEvent::type).containsExactly(EventType.QUEUED, EventType.SENT);
        assertThat(events.get(2).at()).isEqualTo(LATER);
        assertThat(events.get(all - 1).type()).isEqualTo(EventType.CLICKED);
        assertThat(ledger().store().countEvents(id)).isEqualTo(all + 2);
    }

    @Test
    default void whatever_stands_in_an_event_comes_back_as_it_was() {
        Claim claim = sent();
        List<String> texts = HostileTexts.all();
        List<Report> reports = new ArrayList<>();
        for (String text : texts) {
            Map<String, String> detail = Map.of(
                    "userAgent", text, "url", text, "purpose", text, "reply", text, "diagnostic", text, "tag", text);
            Failure failure =
                    Failure.builder("reason " + text, Phase.DATA).text(text).build();
            Instant at = LATER.plusSeconds(reports.size());
            reports.add(new Report(
                    "ses", "text-" + reports.size(), EventType.DEFERRED, claim.deliveryId(), at, failure, detail));
        }
        assertThat(ledger().all(tx -> tx.report(reports))).containsOnly(APPLIED);

        List<MailEvent> fed =
                ledger().feed(0).stream().map(EventStore.Positioned::event).toList();
        for (List<MailEvent> read : List.of(ledger().store().events(ledger().messageOf(claim)), fed)) {
            List<MailEvent> told = read.stream()
                    .filter(e -> e.type() == EventType.DEFERRED)
                    .sorted(Comparator.comparing(MailEvent::at))
                    .toList();
            assertThat(told).hasSameSizeAs(texts);
            for (int i = 0; i < texts.size(); i++) {
                assertThat(told.get(i).detail())
                        .containsAllEntriesOf(reports.get(i).detail());
                assertThat(told.get(i).failure()).isEqualTo(reports.get(i).failure());
            }
        }
    }

    @Test
    default void whatever_stands_in_a_subject_or_a_tag_comes_back_as_it_was() {
        List<String> texts = HostileTexts.all();
        List<NewMessage> messages = new ArrayList<>();
        for (String text : texts) {
            messages.add(SampleMessage.to("jo@example.org")
                    .subject(text)
                    .tags(Map.of("tag", text))
                    .build());
        }
        ledger().store().<Integer>transact(tx -> tx.append(messages).size());

        for (int i = 0; i < texts.size(); i++) {
            assertThat(ledger().status(messages.get(i).id()).subject()).isEqualTo(texts.get(i));
            assertThat(ledger().status(messages.get(i).id()).tags()).isEqualTo(Map.of("tag", texts.get(i)));
        }
    }

    @Test
    default void events_of_an_unknown_message_are_none() {
        assertThat(ledger().store().events(new MessageId(new UUID(1, 2)))).isEmpty();
        assertThat(ledger().store().countEvents(new MessageId(new UUID(1, 2)))).isZero();
    }

    private Claim sent() {
        long node = ledger().node();
        Claim claim = ledger().claimNew(node, NOON);
        ledger().settle(Settlements.sent(claim, node, NOON));
        return claim;
    }

    private static Report report(String source, String eventId, EventType type, long delivery) {
        return new Report(source, eventId, type, delivery, LATER, failureOf(type), Map.of());
    }

    private static Report reportAt(String eventId, EventType type, long delivery, Instant at) {
        return new Report("ses", eventId, type, delivery, at, null, Map.of());
    }

    private static @Nullable Failure failureOf(EventType type) {
        return type == EventType.BOUNCED ? Settlements.FAILURE : null;
    }
}
