// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static dev.mailer.testkit.ErasureCases.JO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.OutboxTransaction.Purge;
import dev.mailer.api.spi.WebhookStore;
import dev.mailer.api.spi.WebhookStore.Attempt;
import dev.mailer.api.spi.WebhookStore.Claimed;
import dev.mailer.api.spi.WebhookStore.Delivery;
import dev.mailer.api.spi.WebhookStore.Due;
import dev.mailer.api.spi.WebhookStore.Endpoint;
import dev.mailer.api.spi.WebhookStore.Mail;
import dev.mailer.api.spi.WebhookStore.Settled;
import dev.mailer.api.spi.WebhookStore.State;
import dev.mailer.api.spi.WebhookStore.Status;
import dev.mailer.api.spi.WebhookStore.Texts;
import dev.mailer.api.spi.WebhookStore.Told;
import dev.mailer.api.spi.WebhookStore.Want;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Webhooks and the mails that they tell of. */
interface WebhookMailCases extends StoreCases {
    Endpoint SHOP = new Endpoint("shop", LANE.tenant(), Secret.of("{}"), NOON, 0, State.fresh(true, NOON));
    Endpoint DESK = new Endpoint("desk", LANE.tenant(), Secret.of("{}"), NOON, 0, State.fresh(true, NOON));

    @Test
    default void what_was_told_of_a_mail_is_found_by_its_id() {
        MessageId id = ledger().accept(SampleMessage.to(JO));
        MessageId other = ledger().accept(SampleMessage.to("al@example.org"));
        long event = event(id);
        webhooks().add(SHOP, 100);
        webhooks().add(DESK, 100);
        webhooks().enqueue(List.of(due(SHOP, event), due(DESK, event), due(SHOP, event(other))), NOON);
        tell(SHOP, 2, "busy");

        List<Told> told = webhooks().told(id, 10);

        assertThat(told)
                .containsExactly(
                        new Told(delivery("desk", event, 0, NOON, NOON), null),
                        new Told(delivery("shop", event, 1, LATER, TOMORROW), attempt("")));
        assertThat(webhooks().told(id, 1)).hasSize(1);
        assertThat(webhooks().told(MessageId.of("01900000-0000-7000-8000-000000000001"), 10))
                .isEmpty();
        webhooks().remove(LANE.tenant(), "shop");
        assertThat(webhooks().told(id, 10)).hasSize(1);
    }

    @Test
    default void of_an_erased_mail_the_facts_are_told_and_that_it_was_erased() {
        MessageId id = ledger().accept(SampleMessage.to(JO));
        Mail before = mail(id);
        assertThat(before.texts()).isEqualTo(Texts.READABLE);
        assertThat(before.subject()).isEqualTo("Hello");

        erase();

        assertThat(mail(id))
                .isEqualTo(new Mail(before.acceptedAt(), null, null, before.messageIdHeader(), Map.of(), Texts.ERASED));
    }

    @Test
    default void what_was_answered_is_erased_with_the_mail_also_where_the_answer_comes_later() {
        MessageId id = ledger().accept(SampleMessage.to(JO));
        MessageId other = ledger().accept(SampleMessage.to("al@example.org"));
        long event = event(id);
        webhooks().add(SHOP, 100);
        webhooks().add(DESK, 100);
        webhooks().enqueue(List.of(due(SHOP, event), due(SHOP, event(other)), due(DESK, event)), NOON);
        tell(SHOP, 2, "no user " + JO);
        Claimed late =
                webhooks().claim(List.of(new Want("desk", 1)), NOON, LATER).get(0);
        assertThat(webhooks().attempts("shop", event)).containsExactly(attempt("no user " + JO));

        erase();
        webhooks().settle(List.of(new Settled(late, attempt("no user " + JO), Status.DEAD, null)), List.of());

        assertThat(webhooks().attempts("shop", event)).containsExactly(attempt(""));
        assertThat(webhooks().attempts("desk", event)).containsExactly(attempt(""));
        assertThat(webhooks().attempts("shop", event(other))).containsExactly(attempt("no user " + JO));
    }

    @Test
    default void a_mail_stays_while_a_webhook_is_to_be_told_of_it_but_not_for_ever() {
        MessageId id = gone(JO);
        gone("al@example.org");
        webhooks().add(SHOP, 100);
        webhooks().add(DESK, 100);
        webhooks().enqueue(List.of(due(SHOP, event(id)), due(DESK, event(id))), NOON);

        assertThat(purge(LATER)).as("the other one").isEqualTo(1);
        assertThat(ledger().store().find(id)).isNotNull();
        assertThat(ledger().store().eventFeed().find(List.of(event(id)))).hasSize(1);
        end(SHOP);
        assertThat(purge(LATER)).as("one is told, and another waits").isZero();
        end(DESK);
        assertThat(purge(LATER)).as("all are told").isEqualTo(1);

        MessageId late = gone(JO);
        webhooks().enqueue(List.of(due(SHOP, event(late))), NOON);
        assertThat(purge(NOON.plus(Duration.ofDays(2)))).isZero();
        assertThat(purge(NOON.plus(Duration.ofDays(2)).plusMillis(1)))
                .as("longer than it is tried")
                .isEqualTo(1);
    }

    private MessageId gone(String to) {
        MessageId id = ledger().accept(SampleMessage.to(to));
        ledger().cancel(id, NOON);
        return id;
    }

    private int purge(Instant before) {
        return ledger().purge(Purge.MESSAGE, before, 10);
    }

    private void end(Endpoint endpoint) {
        for (Claimed claim : webhooks().claim(List.of(new Want(endpoint.id(), 1)), NOON, LATER)) {
            webhooks().settle(List.of(new Settled(claim, attempt(""), Status.DELIVERED, null)), List.of());
        }
    }

    private WebhookStore webhooks() {
        return ledger().store().webhooks();
    }

    private Mail mail(MessageId id) {
        return Objects.requireNonNull(webhooks().mails(List.of(id)).get(id));
    }

    private void erase() {
        ledger().in(tx -> tx.erase(LANE.tenant(), JO, 0, LATER, 10));
    }

    private long event(MessageId id) {
        return ledger().store().events(id).stream()
                .filter(e -> e.type() == EventType.QUEUED)
                .mapToLong(MailEvent::id)
                .findFirst()
                .orElseThrow();
    }

    private void tell(Endpoint endpoint, int limit, String answer) {
        for (Claimed claim : webhooks().claim(List.of(new Want(endpoint.id(), limit)), NOON, LATER)) {
            webhooks().settle(List.of(new Settled(claim, attempt(answer), Status.WAITING, TOMORROW)), List.of());
        }
    }

    private static Delivery delivery(String webhook, long event, int attempts, Instant changed, Instant due) {
        return new Delivery(webhook, event, EventType.QUEUED, Status.WAITING, NOON, changed, attempts, due);
    }

    private static Attempt attempt(String answer) {
        return new Attempt(1, LATER, 503, Duration.ofMillis(17), "status", answer);
    }

    private static Due due(Endpoint endpoint, long event) {
        return new Due(endpoint, event, EventType.QUEUED);
    }
}
