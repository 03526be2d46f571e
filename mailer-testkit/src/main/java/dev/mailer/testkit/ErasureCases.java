// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static dev.mailer.api.spi.AppendResult.Kind.CONFLICT;
import static dev.mailer.api.spi.AppendResult.Kind.DUPLICATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.DeliveryReports;
import dev.mailer.api.spi.OutboxTransaction.Erased;
import dev.mailer.api.spi.StoredMessage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Taking a person out of the ledger. */
interface ErasureCases extends StoreCases {
    String JO = "jo@example.org";

    @Test
    default void an_erased_mail_has_its_facts_and_nothing_personal() {
        long node = ledger().node();
        MessageId sent = ledger().accept(mailTo(JO));
        ledger().settle(Settlements.sent(ledger().claimOne(node, NOON), node, NOON));
        MessageId queued = ledger().accept(mailTo(JO));
        MessageId other = ledger().accept(mailTo("al@example.org"));

        assertThat(erase(0, 10)).isEqualTo(new Erased(2, 1, 0, 0, 0));

        assertErased(sent, DeliveryState.SENT, EventType.QUEUED, EventType.SENT);
        assertErased(queued, DeliveryState.CANCELLED, EventType.QUEUED, EventType.CANCELLED);
        assertThat(ledger().status(other).subject()).isEqualTo("Hello");
        assertThat(ledger().contentSize(other)).isPositive();
        assertThat(ledger().state(other)).isEqualTo(DeliveryState.QUEUED);
        assertThat(ledger().store()
                        .list(MessageQuery.ofTenant(LANE.tenant()).recipient(JO))
                        .items())
                .isEmpty();
        assertThat(erase(0, 10)).isEqualTo(new Erased(0, 0, 0, 0, 0));
    }

    @Test
    default void what_is_being_sent_is_left_and_erased_when_it_is_settled() {
        long node = ledger().node();
        MessageId id = ledger().accept(mailTo(JO));
        Claim claim = ledger().claimOne(node, NOON);

        assertThat(erase(0, 10)).isEqualTo(new Erased(0, 0, 1, 0, 0));
        assertThat(ledger().delivery(id).recipient()).isEqualTo(JO);
        ledger().settle(Settlements.sent(claim, node, NOON));

        assertThat(erase(0, 10)).isEqualTo(new Erased(1, 0, 0, 0, 0));
        assertErased(id, DeliveryState.SENT, EventType.QUEUED, EventType.SENT);
    }

    @Test
    default void a_mail_that_waits_for_another_recipient_is_left_until_it_is_done() {
        long node = ledger().node();
        MessageId id = ledger().accept(mailTo(JO, "al@example.net"));

        assertThat(erase(0, 10)).isEqualTo(new Erased(0, 1, 0, 1, 0));
        assertThat(ledger().deliveries(id))
                .extracting(DeliveryStatus::state)
                .containsExactly(DeliveryState.CANCELLED, DeliveryState.QUEUED);
        ledger().settle(Settlements.sent(ledger().claimOne(node, NOON), node, NOON));

        assertThat(erase(0, 10)).isEqualTo(new Erased(1, 0, 0, 0, 0));
        assertThat(ledger().deliveries(id))
                .extracting(DeliveryStatus::recipient)
                .containsOnly("");
    }

    @Test
    default void an_erasure_goes_on_where_its_last_step_ended() {
        for (int i = 0; i < 3; i++) {
            ledger().accept(mailTo(JO));
        }

        Erased first = erase(0, 2);
        Erased second = erase(first.next(), 2);

        assertThat(first.erased()).isEqualTo(2);
        assertThat(first.next()).isPositive();
        assertThat(second).isEqualTo(new Erased(1, 1, 0, 0, 0));
    }

    @Test
    default void an_attempt_that_ends_after_its_mail_was_erased_brings_nothing_personal_back() {
        long node = ledger().node();
        for (DeliveryState since : List.of(DeliveryState.FAILED, DeliveryState.SENT)) {
            MessageId id = ledger().accept(mailTo(JO));
            Claim stale = ledger().claimOne(node, NOON);
            ledger().settle(Settlements.givenBack(stale, node, NOON));
            ledger().settle(Settlements.ended(ledger().claimOne(node, NOON), node, since, NOON));
            erase(0, 10);

            ledger().settle(Settlements.sent(stale, node, LATER));

            assertThat(ledger().delivery(id).state()).isEqualTo(DeliveryState.SENT);
            assertThat(ledger().delivery(id).reply()).isNull();
            assertThat(ledger().store().events(id))
                    .filteredOn(e -> e.type() == EventType.SENT)
                    .isNotEmpty()
                    .allSatisfy(e -> assertThat(e.detail()).isEmpty());
        }
    }

    @Test
    default void a_report_about_an_erased_mail_brings_nothing_personal_back() {
        long node = ledger().node();
        MessageId id = ledger().accept(mailTo(JO));
        Claim claim = ledger().claimOne(node, NOON);
        ledger().settle(Settlements.sent(claim, node, NOON));
        erase(0, 10);

        ledger().report(new DeliveryReports.Report(
                "dsn", "1", EventType.BOUNCED, claim.deliveryId(), LATER, Settlements.FAILURE, Map.of("to", JO)));

        assertErased(id, DeliveryState.BOUNCED, EventType.QUEUED, EventType.SENT, EventType.BOUNCED);
    }

    @Test
    default void the_key_of_an_erased_mail_takes_no_second_mail_whatever_it_says() {
        MessageId id = ledger().accept(mailTo(JO).key("k", "content"));
        MessageId other = ledger().accept(mailTo("al@example.org").key("l", "content"));
        erase(0, 10);

        assertThat(ledger().append(
                                mailTo(JO).key("k", "content"),
                                mailTo(JO).key("k", "another"),
                                mailTo("al@example.org").key("l", "another")))
                .containsExactly(
                        new AppendResult(DUPLICATE, id, 0),
                        new AppendResult(DUPLICATE, id, 0),
                        new AppendResult(CONFLICT, other, 0));
    }

    @Test
    default void another_tenant_s_mail_to_the_address_stays() {
        MessageId id = ledger().accept(mailTo(JO).lane(STRANGER));

        assertThat(erase(0, 10)).isEqualTo(new Erased(0, 0, 0, 0, 0));
        assertThat(ledger().delivery(id).recipient()).isEqualTo(JO);
        Erased stranger = ledger().in(tx -> tx.erase("nobody", JO, 0, LATER, 10));
        assertThat(stranger).isEqualTo(new Erased(0, 0, 0, 0, 0));
    }

    private static SampleMessage mailTo(String... addresses) {
        return SampleMessage.to(addresses).tags(Map.of("person", "jo")).raw(Bytes.utf8("Subject: Hello\r\n"));
    }

    private Erased erase(long after, int limit) {
        return ledger().in(tx -> tx.erase(LANE.tenant(), "Jo@example.org", after, LATER, limit));
    }

    private void assertErased(MessageId id, DeliveryState state, EventType... events) {
        MessageStatus status = ledger().status(id);
        assertThat(status.from()).isNull();
        assertThat(status.subject()).isNull();
        assertThat(status.tags()).isEmpty();
        DeliveryStatus delivery = ledger().delivery(id);
        assertThat(delivery.recipient()).isEmpty();
        assertThat(delivery.state()).isEqualTo(state);
        assertThat(delivery.failure()).isNull();
        assertThat(delivery.reply()).isNull();
        assertThat(ledger().store().load(id)).extracting(StoredMessage::content).isNull();
        List<MailEvent> timeline = ledger().store().events(id);
        assertThat(timeline).extracting(MailEvent::type).containsExactly(events);
        assertThat(timeline).allSatisfy(e -> {
            assertThat(e.failure()).isNull();
            assertThat(e.detail()).isEmpty();
            assertThat(e.recipient()).isEmpty();
        });
    }
}
