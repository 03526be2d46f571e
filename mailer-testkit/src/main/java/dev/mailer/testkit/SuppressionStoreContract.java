// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.OutboxTransaction.Purge;
import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.api.spi.SuppressionStore.Action;
import dev.mailer.api.spi.SuppressionStore.Listing;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import java.time.Instant;
import java.util.ArrayList;
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
        assertThat(list().list(STRANGER.tenant(), null, null, 10).entries()).isEmpty();
        assertThat(list().remove(STRANGER.tenant(), null, "jo@example.org", null, "test", NOON))
                .isZero();
        assertThat(list().find("nobody", "nothing", "jo@example.org", NOON)).isNull();
        assertThat(list().list("nobody", null, null, 10).entries()).isEmpty();
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
        list().add(new Suppression(LANE.tenant(), null, "jo@example.org", Reason.COMPLAINT, "api", NOON, LATER));
        Suppression replaced = entry(null, "jo@example.org", Reason.COMPLAINT);

        list().add(replaced);

        assertThat(find("jo@example.org", TOMORROW)).isEqualTo(replaced);
        assertThat(list().list(LANE.tenant(), null, null, 10).entries()).containsExactly(replaced);
    }

    /** One of each reason, for a stream or all. */
    private static List<Suppression> ofEachReason(@Nullable String stream, String address) {
        return Stream.of(Reason.values()).map(r -> entry(stream, address, r)).toList();
    }

    @Test
    void an_entry_of_each_reason_stands_beside_the_others() {
        List<Suppression> all = ofEachReason(null, "jo@example.org");
        for (Suppression one : all) {
            assertThat(list().add(one)).as("%s", one).isTrue();
            assertThat(list().add(one)).as("%s", one).isFalse();
        }

        assertThat(list().entries(LANE.tenant(), "jo@example.org")).containsExactlyElementsOf(all);
        assertThat(list().countNew(all)).isZero();
        assertThat(list().countNew(ofEachReason(LANE.stream(), "jo@example.org")))
                .isEqualTo(all.size());
        for (Suppression one : all) {
            assertThat(list().list(new SuppressionStore.Query(LANE.tenant(), null, one.reason(), null, null, null, 10))
                            .entries())
                    .containsExactly(one);
        }
        assertThat(list().forget(LANE.tenant(), "jo@example.org")).isEqualTo(all.size());
        assertThat(list().entries(LANE.tenant(), "jo@example.org")).containsExactlyElementsOf(all);
        assertThat(list().list(LANE.tenant(), null, null, 10).entries()).isEmpty();
    }

    @Test
    void a_reason_is_removed_by_itself_or_with_all_others() {
        list().addAll(ofEachReason(null, "jo@example.org"));
        list().addAll(ofEachReason(LANE.stream(), "jo@example.org"));
        int reasons = Reason.values().length;

        assertThat(list().remove(LANE.tenant(), null, "jo@example.org", Reason.COMPLAINT, "one", LATER))
                .isEqualTo(1);
        assertThat(list().remove(LANE.tenant(), null, "jo@example.org", Reason.COMPLAINT, "one", LATER))
                .isZero();
        assertThat(list().entries(LANE.tenant(), "jo@example.org"))
                .hasSize(2 * reasons - 1)
                .doesNotContain(entry(null, "jo@example.org", Reason.COMPLAINT));
        assertThat(list().remove(LANE.tenant(), null, "jo@example.org", null, "rest", TOMORROW))
                .isEqualTo(reasons - 1);

        assertThat(list().entries(LANE.tenant(), "jo@example.org"))
                .containsExactlyElementsOf(ofEachReason(LANE.stream(), "jo@example.org"));
        assertThat(list().history(LANE.tenant(), "jo@example.org"))
                .filteredOn(c -> c.action() == Action.REMOVED)
                .extracting(c -> c.reason() + " " + c.origin())
                .containsExactlyInAnyOrder("COMPLAINT one", "BOUNCE rest", "MANUAL rest", "UNSUBSCRIBE rest");
    }

    @Test
    void of_several_that_hold_the_one_for_longest_is_found_and_then_the_first_reason() {
        Suppression bounce =
                new Suppression(LANE.tenant(), null, "jo@example.org", Reason.BOUNCE, "api", NOON, TOMORROW);
        Suppression complaint =
                new Suppression(LANE.tenant(), LANE.stream(), "jo@example.org", Reason.COMPLAINT, "api", NOON, LATER);
        Suppression manual =
                new Suppression(LANE.tenant(), null, "jo@example.org", Reason.MANUAL, "api", NOON, TOMORROW);
        list().addAll(List.of(manual, complaint, bounce));

        assertThat(find("jo@example.org", NOON)).isEqualTo(bounce);
        list().add(entry(LANE.stream(), "jo@example.org", Reason.UNSUBSCRIBE));
        assertThat(find("jo@example.org", NOON)).isEqualTo(entry(LANE.stream(), "jo@example.org", Reason.UNSUBSCRIBE));
        list().add(entry(null, "jo@example.org", Reason.UNSUBSCRIBE));
        assertThat(find("jo@example.org", NOON)).isEqualTo(entry(null, "jo@example.org", Reason.UNSUBSCRIBE));
        assertThat(ledger().delivery(ledger().accept(SampleMessage.to("jo@example.org")))
                        .failure())
                .satisfies(f -> assertThat(f.text()).endsWith("UNSUBSCRIBE"));
    }

    @Test
    void a_part_may_end_between_two_reasons_of_an_address() {
        List<Suppression> all = new ArrayList<>();
        for (String name : List.of("b", "a")) {
            all.addAll(ofEachReason(null, name + "@example.org"));
            all.addAll(ofEachReason(LANE.stream(), name + "@example.org"));
        }
        list().addAll(all);

        for (int size = 1; size <= all.size(); size++) {
            assertThat(parts(null, size)).as("parts of %d", size).containsExactlyInAnyOrderElementsOf(all);
        }
        assertThat(parts(LANE.stream(), 3)).hasSize(all.size() / 2);
    }

    @Test
    void removing_takes_the_named_entry_only() {
        list().add(entry(null, "jo@example.org", Reason.BOUNCE));
        Suppression stays = entry(LANE.stream(), "jo@example.org", Reason.UNSUBSCRIBE);
        list().add(stays);

        assertThat(list().remove(LANE.tenant(), null, "jo@example.org", null, "test", NOON))
                .isEqualTo(1);
        assertThat(list().remove(LANE.tenant(), null, "jo@example.org", null, "test", NOON))
                .isZero();
        assertThat(list().remove(LANE.tenant(), null, "al@example.org", null, "test", NOON))
                .isZero();
        assertThat(find("jo@example.org", NOON)).isEqualTo(stays);
        assertThat(list().remove(LANE.tenant(), LANE.stream(), "jo@example.org", null, "test", NOON))
                .isEqualTo(1);
        assertThat(find("jo@example.org", NOON)).isNull();
    }

    @Test
    void a_list_comes_part_by_part_and_has_each_entry_once() {
        List<Suppression> all = new ArrayList<>();
        for (String name : List.of("d", "a", "c", "b")) {
            all.add(entry(null, name + "@example.org", Reason.BOUNCE));
            all.add(entry(LANE.stream(), name + "@example.org", Reason.UNSUBSCRIBE));
        }
        list().addAll(all);

        assertThat(parts(null, 1)).containsExactlyInAnyOrderElementsOf(all).isEqualTo(parts(null, 3));
        assertThat(list().list(LANE.tenant(), null, null, 8).next()).isNull();
        assertThatThrownBy(() -> list().list(LANE.tenant(), null, "jo@example.org", 3))
                .isInstanceOfSatisfying(
                        InvalidEmailException.class, e -> assertThat(e.field()).isEqualTo("after"));
    }

    @Test
    void the_list_of_a_stream_has_no_other_entries() {
        List<Suppression> own = new ArrayList<>();
        for (String name : List.of("d", "a", "c", "b")) {
            list().add(entry(null, name + "@example.org", Reason.BOUNCE));
            list().add(entry(BROADCAST.stream(), name + "@example.org", Reason.BOUNCE));
            own.add(entry(LANE.stream(), name + "@example.org", Reason.UNSUBSCRIBE));
        }
        list().addAll(own);

        assertThat(parts(LANE.stream(), 3)).containsExactlyInAnyOrderElementsOf(own);
    }

    private List<Suppression> parts(@Nullable String stream, int size) {
        List<Suppression> all = new ArrayList<>();
        String after = null;
        do {
            Listing part = list().list(LANE.tenant(), stream, after, size);
            assertThat(part.entries()).hasSizeBetween(1, size);
            all.addAll(part.entries());
            assertThat(all).as("a list that ends").hasSizeLessThan(1_000);
            after = part.next();
        } while (after != null);
        return all;
    }

    @Test
    void many_are_added_at_once_and_those_that_are_new_are_counted() {
        list().add(entry(null, "u7@example.org", Reason.BOUNCE));
        List<Suppression> many = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            many.add(entry(i % 2 == 0 ? null : LANE.stream(), "u" + i + "@example.org", Reason.MANUAL));
        }
        Suppression last = new Suppression(LANE.tenant(), null, "U0@Example.org", Reason.MANUAL, "last", NOON, null);
        many.add(last);
        many.add(entry(null, "u7@example.org", Reason.BOUNCE));

        assertThat(list().countNew(many)).isEqualTo(300);
        assertThat(find("u299@example.org", NOON)).isNull();
        assertThat(list().addAll(many)).isEqualTo(300);
        assertThat(list().countNew(many)).isZero();
        assertThat(list().addAll(many)).isZero();
        assertThat(list().addAll(List.of())).isZero();

        assertThat(find("u299@example.org", NOON)).isEqualTo(many.get(299));
        assertThat(find("u0@example.org", NOON))
                .isEqualTo(new Suppression(LANE.tenant(), null, "u0@example.org", Reason.MANUAL, "last", NOON, null));
        assertThat(list().entries(LANE.tenant(), "u7@example.org")).containsExactly(many.get(301), many.get(7));
        assertThat(parts(null, 100)).hasSize(301);
    }

    @Test
    void of_many_with_one_that_is_refused_none_is_added() {
        Suppression good = entry(null, "jo@example.org", Reason.BOUNCE);
        Suppression bad = entry("nothing", "al@example.org", Reason.BOUNCE);

        assertThatThrownBy(() -> list().addAll(List.of(good, bad)))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessageContaining("'nothing'");
        assertThatThrownBy(() -> list().countNew(List.of(good, bad))).isInstanceOf(InvalidEmailException.class);
        assertThatThrownBy(() -> list().add(bad)).isInstanceOf(InvalidEmailException.class);
        assertThatThrownBy(() -> list().remove(LANE.tenant(), "nothing", "al@example.org", null, "test", NOON))
                .isInstanceOf(InvalidEmailException.class);
        assertThatThrownBy(() -> list().list(LANE.tenant(), "nothing", null, 10))
                .isInstanceOf(InvalidEmailException.class);
        assertThat(find("jo@example.org", NOON)).isNull();
    }

    @Test
    void all_entries_of_an_address_are_told_also_those_that_ended() {
        Suppression ended = new Suppression(LANE.tenant(), null, "jo@example.org", Reason.BOUNCE, "api", NOON, NOON);
        Suppression other = entry(BROADCAST.stream(), "jo@example.org", Reason.UNSUBSCRIBE);
        list().addAll(List.of(ended, other, entry(null, "al@example.org", Reason.BOUNCE)));

        assertThat(list().entries(LANE.tenant(), "JO@example.org")).containsExactly(ended, other);
        assertThat(list().entries(STRANGER.tenant(), "jo@example.org")).isEmpty();
        assertThat(list().entries("nobody", "jo@example.org")).isEmpty();
    }

    @Test
    void addresses_are_compared_by_their_key() {
        assertThat(list().add(entry(null, "\"Jo\"@EXAMPLE.org", Reason.MANUAL))).isTrue();
        assertThat(list().add(entry(null, "jo@example.org", Reason.MANUAL))).isFalse();

        assertThat(find("\"jo\"@example.org", NOON)).isEqualTo(entry(null, "jo@example.org", Reason.MANUAL));
        assertThat(list().remove(LANE.tenant(), null, "\"JO\"@example.org", null, "test", NOON))
                .isEqualTo(1);
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
        assertThat(list().list(LANE.tenant(), null, null, 10).entries())
                .extracting(Suppression::address)
                .containsExactly("al@example.org");
        assertThat(list().entries(LANE.tenant(), "jo@example.org"))
                .containsExactly(
                        entry(null, "jo@example.org", Reason.COMPLAINT),
                        entry(LANE.stream(), "jo@example.org", Reason.UNSUBSCRIBE));
        list().add(entry(null, "jo@example.org", Reason.MANUAL));
        assertThat(list().list(LANE.tenant(), null, null, 10).entries())
                .extracting(Suppression::address)
                .containsExactlyInAnyOrder("al@example.org", "jo@example.org");
        assertThat(list().remove(LANE.tenant(), null, "jo@example.org", null, "test", NOON))
                .isEqualTo(2);
    }

    @Test
    void the_history_tells_who_added_and_removed_what() {
        Suppression bounce =
                new Suppression(LANE.tenant(), null, "jo@example.org", Reason.BOUNCE, "report:ses", NOON, LATER);
        Suppression longer =
                new Suppression(LANE.tenant(), null, "JO@example.org", Reason.BOUNCE, "report:ses", LATER, null);
        Suppression stream = entry(LANE.stream(), "jo@example.org", Reason.MANUAL);
        list().add(bounce);
        list().addAll(List.of(stream, entry(null, "al@example.org", Reason.MANUAL)));
        list().add(longer);
        list().add(new Suppression(LANE.tenant(), null, "jo@example.org", Reason.BOUNCE, "again", TOMORROW, null));
        list().remove(LANE.tenant(), LANE.stream(), "jo@example.org", null, "api:ops", TOMORROW);
        list().remove(LANE.tenant(), LANE.stream(), "jo@example.org", null, "api:ops", TOMORROW);

        assertThat(list().history(LANE.tenant(), "Jo@Example.org"))
                .extracting(c -> c.stream() + " " + c.action() + " " + c.reason() + " " + c.origin() + " " + c.at()
                        + " " + c.until() + " " + c.address())
                .containsExactly(
                        "null ADDED BOUNCE report:ses " + NOON + " " + LATER + " jo@example.org",
                        LANE.stream() + " ADDED MANUAL " + stream.origin() + " " + NOON + " null jo@example.org",
                        "null ADDED BOUNCE report:ses " + LATER + " null jo@example.org",
                        LANE.stream() + " REMOVED MANUAL api:ops " + TOMORROW + " null jo@example.org");
        assertThat(list().history(STRANGER.tenant(), "jo@example.org")).isEmpty();
        assertThat(list().history("nobody", "jo@example.org")).isEmpty();
        list().forget(LANE.tenant(), "jo@example.org");
        assertThat(list().history(LANE.tenant(), "jo@example.org")).hasSize(4);
    }

    @Test
    void the_history_ends_with_its_retention_and_the_list_does_not() {
        list().add(entry(null, "jo@example.org", Reason.BOUNCE));
        list().remove(LANE.tenant(), null, "jo@example.org", null, "test", LATER);
        list().add(new Suppression(LANE.tenant(), null, "jo@example.org", Reason.MANUAL, "test", TOMORROW, null));

        assertThat(ledger().purge(Purge.SUPPRESSION_CHANGE, NOON, 10)).isZero();
        assertThat(ledger().purge(Purge.SUPPRESSION_CHANGE, TOMORROW, 1)).isEqualTo(1);
        assertThat(ledger().purge(Purge.SUPPRESSION_CHANGE, TOMORROW, 10)).isEqualTo(1);

        assertThat(list().history(LANE.tenant(), "jo@example.org")).hasSize(1);
        assertThat(find("jo@example.org", TOMORROW)).isNotNull();
    }

    @Test
    void a_list_can_be_narrowed_to_a_reason_a_domain_and_what_holds() {
        list().add(new Suppression(LANE.tenant(), null, "a@example.org", Reason.BOUNCE, "api", NOON, LATER));
        list().add(entry(null, "b@example.org", Reason.COMPLAINT));
        list().add(entry(LANE.stream(), "c@Example.NET", Reason.BOUNCE));

        assertThat(addresses(Reason.BOUNCE, null, null)).containsExactlyInAnyOrder("a@example.org", "c@example.net");
        assertThat(addresses(null, "example.org", null)).containsExactlyInAnyOrder("a@example.org", "b@example.org");
        assertThat(addresses(null, null, LATER)).containsExactlyInAnyOrder("b@example.org", "c@example.net");
        assertThat(addresses(Reason.BOUNCE, "example.org", NOON)).containsExactly("a@example.org");
        assertThat(addresses(null, "xample.org", null)).isEmpty();
        assertThat(addresses(Reason.UNSUBSCRIBE, null, null)).isEmpty();
    }

    private List<String> addresses(@Nullable Reason reason, @Nullable String domain, @Nullable Instant holdsAt) {
        return list()
                .list(new SuppressionStore.Query(LANE.tenant(), null, reason, domain, holdsAt, null, 10))
                .entries()
                .stream()
                .map(Suppression::address)
                .toList();
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
