// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MessageStatusTest {
    private static final MessageId ID = MessageId.of("01977d3e-5a00-7000-8000-000000000001");
    private static final Instant NOON = Instant.parse("2026-09-05T12:00:00Z");
    private static final Failure NO = Failure.builder("recipient-rejected", Phase.RCPT_TO)
            .code(550)
            .text("no such user")
            .build();
    private static final Set<DeliveryState> OPEN =
            EnumSet.of(DeliveryState.SCHEDULED, DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.DEFERRED);

    private static DeliveryStatus delivery(long id, DeliveryState state, Failure failure) {
        return DeliveryStatus.builder(id, "jo@example.org", RecipientRole.TO, state)
                .failure(failure)
                .build();
    }

    private static MessageStatus of(DeliveryState... states) {
        List<DeliveryStatus> deliveries = new ArrayList<>();
        for (DeliveryState state : states) {
            deliveries.add(delivery(deliveries.size() + 1, state, null));
        }
        return MessageStatus.builder(ID, NOON).deliveries(deliveries).build();
    }

    @Test
    void what_is_not_given_has_its_default() {
        MessageStatus status = MessageStatus.builder(ID, NOON).build();

        assertThat(status.id()).isEqualTo(ID);
        assertThat(status.acceptedAt()).isEqualTo(NOON);
        assertThat(status.tenant()).isEqualTo("default");
        assertThat(status.stream()).isEqualTo("transactional");
        assertThat(status.from()).isNull();
        assertThat(status.subject()).isNull();
        assertThat(status.messageIdHeader()).isEmpty();
        assertThat(status.tags()).isEmpty();
        assertThat(status.sendAt()).isNull();
        assertThat(status.deliveries()).isEmpty();
        assertThat(status.lastEvent()).isNull();
    }

    @Test
    void a_snapshot_does_not_change_with_what_it_was_made_of() {
        Map<String, String> tags = new HashMap<>(Map.of("a", "b"));
        List<DeliveryStatus> deliveries = new ArrayList<>(List.of(delivery(1, DeliveryState.SENT, null)));
        MessageStatus status = MessageStatus.builder(ID, NOON)
                .tags(tags)
                .deliveries(deliveries)
                .build();

        tags.clear();
        deliveries.clear();

        assertThat(status.tags()).containsExactly(Map.entry("a", "b")).isUnmodifiable();
        assertThat(status.deliveries()).hasSize(1).isUnmodifiable();
    }

    @ParameterizedTest
    @EnumSource(DeliveryState.class)
    void is_final_when_every_delivery_is(DeliveryState state) {
        assertThat(of(state).isFinal()).isEqualTo(!OPEN.contains(state));
        assertThat(of(DeliveryState.SENT, state).isFinal()).isEqualTo(!OPEN.contains(state));
        assertThat(of(DeliveryState.QUEUED, state).isFinal()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(DeliveryState.class)
    void is_sent_when_every_delivery_was_taken(DeliveryState state) {
        boolean sent = state == DeliveryState.SENT || state == DeliveryState.DELIVERED;

        assertThat(of(state).isSent()).isEqualTo(sent);
        assertThat(of(DeliveryState.SENT, state).isSent()).isEqualTo(sent);
    }

    @ParameterizedTest
    @EnumSource(DeliveryState.class)
    void or_throw_throws_exactly_when_something_is_not_sent(DeliveryState state) {
        MessageStatus status = of(DeliveryState.DELIVERED, state);

        if (status.isSent()) {
            assertThat(status.orThrow()).isSameAs(status);
        } else {
            assertThatExceptionOfType(TransportException.class)
                    .isThrownBy(status::orThrow)
                    .withMessage("not-sent at PREPARE: delivery 2 is " + state);
        }
    }

    @Test
    void or_throw_tells_the_first_failure() {
        MessageStatus status = MessageStatus.builder(ID, NOON)
                .deliveries(List.of(
                        delivery(1, DeliveryState.SENT, null),
                        delivery(2, DeliveryState.REJECTED, NO),
                        delivery(3, DeliveryState.EXPIRED, null)))
                .build();

        assertThatExceptionOfType(TransportException.class)
                .isThrownBy(status::orThrow)
                .withMessage("recipient-rejected at RCPT_TO, 550: no such user")
                .satisfies(e -> assertThat(e.failure()).isSameAs(NO));
    }

    @Test
    void counts_deliveries_by_state() {
        assertThat(of(DeliveryState.SENT, DeliveryState.QUEUED, DeliveryState.SENT)
                        .counts())
                .containsOnly(Map.entry(DeliveryState.SENT, 2L), Map.entry(DeliveryState.QUEUED, 1L));
    }

    @Test
    void prints_no_personal_data() {
        MessageStatus status = MessageStatus.builder(ID, NOON)
                .from("Shop <shop@example.com>")
                .subject("Secret matter")
                .deliveries(List.of(delivery(7, DeliveryState.REJECTED, NO)))
                .build();

        assertThat(status.toString())
                .doesNotContain("shop@example.com", "Secret matter", "jo@example.org", "no such user");
        assertThat(status.deliveries().get(0)).hasToString("Delivery[7, REJECTED, attempts=0, recipient-rejected]");
    }
}
