// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mailer.api.EventType;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.WebhookStore;
import dev.mailer.api.spi.WebhookStore.Attempt;
import dev.mailer.api.spi.WebhookStore.Claimed;
import dev.mailer.api.spi.WebhookStore.Due;
import dev.mailer.api.spi.WebhookStore.Endpoint;
import dev.mailer.api.spi.WebhookStore.Selection;
import dev.mailer.api.spi.WebhookStore.Settled;
import dev.mailer.api.spi.WebhookStore.State;
import dev.mailer.api.spi.WebhookStore.Status;
import dev.mailer.api.spi.WebhookStore.Want;
import dev.mailer.core.Stores;
import dev.mailer.core.internal.store.memory.MemoryOutboxStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MemoryWebhookStoreTest extends WebhookStoreContract {
    private static final Endpoint SHOP =
            new Endpoint("shop", LANE.tenant(), Secret.of("{}"), NOON, 0, State.fresh(true, NOON));
    private static final Selection ENDED = new Selection(null, null, null, null);
    private static final int CAPACITY = 100_000;

    @Override
    protected OutboxStore newStore() {
        return Stores.memory();
    }

    @Test
    void what_does_not_fit_is_refused_and_room_comes_back_with_what_goes() {
        try (OutboxStore small = small()) {
            WebhookStore webhooks = small.webhooks();
            int most = fill(webhooks);
            assertThat(most).isBetween(10, 1_000);
            settle(webhooks, "x".repeat(1_000));
            assertThat(webhooks.attempts("shop", 1))
                    .hasSize(1)
                    .allSatisfy(a -> assertThat(a.excerpt())
                            .as("there is no room for answers")
                            .isEmpty());

            assertThatExceptionOfType(MailerUnavailableException.class)
                    .isThrownBy(() -> webhooks.replay("shop", ENDED, 0, LATER, 1_000))
                    .withMessageContaining("the store in memory is full");
            assertThat(webhooks.purge(LATER.plusSeconds(60), 1_000)).isEqualTo(most);
            assertThat(fill(webhooks)).isEqualTo(most);
            webhooks.remove(LANE.tenant(), "shop");
            webhooks.add(SHOP, 1);
            assertThat(fill(webhooks)).isEqualTo(most);
        }
    }

    @Test
    void what_was_answered_counts_while_it_is_kept() {
        try (OutboxStore small = small()) {
            WebhookStore webhooks = small.webhooks();
            int most = fill(webhooks);
            webhooks.remove(LANE.tenant(), "shop");
            webhooks.add(SHOP, 1);
            webhooks.enqueue(due(5), NOON);
            settle(webhooks, "x".repeat(1_000));
            assertThat(webhooks.attempts("shop", 1).get(0).excerpt()).hasSize(1_000);
            webhooks.replay("shop", ENDED, 0, LATER, 2);

            assertThat(fill(webhooks)).isBetween(1, most - 5 - 5);
            assertThat(webhooks.purge(LATER.plusSeconds(60), 1_000)).isEqualTo(3);
            webhooks.remove(LANE.tenant(), "shop");
            webhooks.add(SHOP, 1);
            assertThat(fill(webhooks)).isEqualTo(most);
        }
    }

    private static OutboxStore small() {
        OutboxStore store = new MemoryOutboxStore(InstantSource.system(), CAPACITY);
        store.register(LANE);
        store.webhooks().add(SHOP, 1);
        return store;
    }

    /** Returns how many came to wait until no more fitted. */
    private static int fill(WebhookStore webhooks) {
        int before = webhooks.waiting("shop");
        assertThatExceptionOfType(MailerUnavailableException.class)
                .isThrownBy(() -> webhooks.enqueue(due(CAPACITY), NOON))
                .withMessageContaining("the store in memory is full");
        return webhooks.waiting("shop") - before;
    }

    private static List<Due> due(int events) {
        return LongStream.rangeClosed(1, events)
                .mapToObj(event -> new Due(SHOP, event, EventType.SENT))
                .toList();
    }

    private static void settle(WebhookStore webhooks, String answer) {
        for (Claimed claim : webhooks.claim(List.of(new Want("shop", 1_000)), NOON, LATER)) {
            Attempt attempt = new Attempt(1, LATER, 200, Duration.ofMillis(5), "delivered", answer);
            webhooks.settle(List.of(new Settled(claim, attempt, Status.DELIVERED, null)), List.of());
        }
    }
}
