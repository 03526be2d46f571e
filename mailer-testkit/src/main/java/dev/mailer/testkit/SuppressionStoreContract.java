// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link SuppressionStore} must do. Extend it and say how to make the store that it belongs to. */
public abstract class SuppressionStoreContract extends StoreContract {
    protected SuppressionStoreContract() {}

    @Test
    void an_entry_is_found_as_it_was_added() {
        Suppression bounce = new Suppression(
                LANE.tenant(), LANE.stream(), "jo@example.org", Reason.BOUNCE, "event 17, \"hard\"", NOON, TOMORROW);
        Suppression manual =
                new Suppression(LANE.tenant(), null, "grüße@example.org", Reason.MANUAL, "api", NOON, null);

        list().add(bounce);
        list().add(manual);

        assertThat(find("jo@example.org", NOON)).isEqualTo(bounce);
        assertThat(find("grüße@example.org", NOON)).isEqualTo(manual);
        assertThat(find("al@example.org", NOON)).isNull();
    }

    @Test
    void an_entry_for_one_stream_holds_for_that_stream_only() {
        list().add(entry(BROADCAST.stream(), "jo@example.org", Reason.UNSUBSCRIBE));

        assertThat(find("jo@example.org", NOON)).isNull();
        assertThat(list().find(LANE.tenant(), BROADCAST.stream(), "jo@example.org", NOON))
                .isNotNull();
    }

    @Test
    void an_entry_for_all_streams_holds_for_each() {
        list().add(entry(null, "jo@example.org", Reason.COMPLAINT));

        assertThat(find("jo@example.org", NOON)).isNotNull();
        assertThat(list().find(LANE.tenant(), BROADCAST.stream(), "jo@example.org", NOON))
                .isNotNull();
    }

    @Test
    void a_tenant_s_list_is_its_own() {
        list().add(entry(null, "jo@example.org", Reason.BOUNCE));

        assertThat(list().find(STRANGER.tenant(), STRANGER.stream(), "jo@example.org", NOON))
                .isNull();
        assertThat(list().list(STRANGER.tenant(), null, 10)).isEmpty();
        assertThat(list().remove(STRANGER.tenant(), null, "jo@example.org")).isFalse();
        assertThat(list().find("nobody", "nothing", "jo@example.org", NOON)).isNull();
        assertThat(list().list("nobody", null, 10)).isEmpty();
    }

    @Test
    void an_entry_holds_until_its_end_and_not_at_it() {
        list().add(new Suppression(LANE.tenant(), null, "jo@example.org", Reason.BOUNCE, "api", NOON, LATER));

        assertThat(find("jo@example.org", LATER.minusMillis(1))).isNotNull();
        assertThat(find("jo@example.org", LATER)).isNull();
    }

    @Test
    void an_entry_that_has_ended_does_not_hide_one_that_holds() {
        Suppression ended = new Suppression(LANE.tenant(), null, "jo@example.org", Reason.BOUNCE, "api", NOON, NOON);
        Suppression holds = entry(LANE.stream(), "jo@example.org", Reason.UNSUBSCRIBE);
        list().add(ended);
        list().add(holds);

        assertThat(find("jo@example.org", LATER)).isEqualTo(holds);
    }

    @Test
    void adding_again_replaces() {
        list().add(new Suppression(LANE.tenant(), null, "jo@example.org", Reason.BOUNCE, "api", NOON, LATER));
        Suppression replaced = entry(null, "jo@example.org", Reason.COMPLAINT);

        list().add(replaced);

        assertThat(find("jo@example.org", TOMORROW)).isEqualTo(replaced);
        assertThat(list().list(LANE.tenant(), null, 10)).containsExactly(replaced);
    }

    @Test
    void removing_takes_the_named_entry_only() {
        list().add(entry(null, "jo@example.org", Reason.BOUNCE));
        Suppression stays = entry(LANE.stream(), "jo@example.org", Reason.UNSUBSCRIBE);
        list().add(stays);

        assertThat(list().remove(LANE.tenant(), null, "jo@example.org")).isTrue();
        assertThat(list().remove(LANE.tenant(), null, "jo@example.org")).isFalse();
        assertThat(list().remove(LANE.tenant(), null, "al@example.org")).isFalse();
        assertThat(find("jo@example.org", NOON)).isEqualTo(stays);
        assertThat(list().remove(LANE.tenant(), LANE.stream(), "jo@example.org"))
                .isTrue();
        assertThat(find("jo@example.org", NOON)).isNull();
    }

    @Test
    void a_list_comes_page_by_page_and_in_order_of_address_where_those_can_be_compared() {
        for (String name : List.of("d", "a", "c", "b")) {
            list().add(entry(null, name + "@example.org", Reason.BOUNCE));
        }

        List<Suppression> first = list().list(LANE.tenant(), null, 3);
        List<Suppression> second = list().list(LANE.tenant(), first.get(2).address(), 3);

        List<String> addresses = Stream.concat(first.stream(), second.stream())
                .map(Suppression::address)
                .toList();
        assertThat(first).hasSize(3);
        assertThat(addresses)
                .containsExactlyInAnyOrder("a@example.org", "b@example.org", "c@example.org", "d@example.org");
        if (!ledger().store().cipher().isOn()) {
            assertThat(addresses).isSorted();
        }
    }

    @Test
    void the_list_is_still_there_after_a_restart() throws Exception {
        Suppression entry = entry(LANE.stream(), "jo@example.org", Reason.UNSUBSCRIBE);
        list().add(entry);

        SuppressionStore again = restarted().store().suppressions();

        assertThat(again.find(LANE.tenant(), LANE.stream(), "jo@example.org", NOON))
                .isEqualTo(entry);
    }

    @Test
    void an_address_that_is_forgotten_is_not_listed_and_not_mailed() {
        list().add(entry(null, "jo@example.org", Reason.COMPLAINT));
        list().add(entry(LANE.stream(), "jo@example.org", Reason.UNSUBSCRIBE));
        list().add(entry(null, "al@example.org", Reason.BOUNCE));

        assertThat(list().forget(LANE.tenant(), "JO@example.org")).isEqualTo(2);
        assertThat(list().forget(LANE.tenant(), "jo@example.org")).isZero();

        assertThat(find("jo@example.org", NOON)).isEqualTo(entry(null, "jo@example.org", Reason.COMPLAINT));
        assertThat(list().list(LANE.tenant(), null, 10))
                .extracting(Suppression::address)
                .containsExactly("al@example.org");
        list().add(entry(null, "jo@example.org", Reason.MANUAL));
        assertThat(list().list(LANE.tenant(), null, 10))
                .extracting(Suppression::address)
                .containsExactlyInAnyOrder("al@example.org", "jo@example.org");
        assertThat(list().remove(LANE.tenant(), null, "jo@example.org")).isTrue();
    }

    private SuppressionStore list() {
        return ledger().store().suppressions();
    }

    private @Nullable Suppression find(String address, Instant now) {
        return list().find(LANE.tenant(), LANE.stream(), address, now);
    }

    private static Suppression entry(@Nullable String stream, String address, Reason reason) {
        return new Suppression(LANE.tenant(), stream, address, reason, "api", NOON, null);
    }
}
