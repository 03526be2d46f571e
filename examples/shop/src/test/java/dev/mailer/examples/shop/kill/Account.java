// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.shop.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The closing account.
 *
 * @param confirmed orders to which the shop answered 200
 * @param committed orders in the database
 * @param givenUp orders whose code the ledger says was given up by its policy
 * @param arrivals mails at the server, in no order
 */
record Account(
        int kills, Set<Integer> confirmed, Set<Integer> committed, Set<Integer> givenUp, List<Arrival> arrivals) {
    void assertKept() {
        assertThat(committed).as("orders that the shop said it had").containsAll(confirmed);
        assertThat(missing(Arrival.RECEIPT)).as("lost receipts").isEmpty();
        assertThat(unfounded()).as("mailed orders that were rolled back").isEmpty();
        assertThat(missing(Arrival.CODE))
                .as("codes that neither arrived nor were given up")
                .isSubsetOf(givenUp);
        assertThat(copies(Arrival.CODE)).as("second codes").isEmpty();
        assertThat(copiesByKill().values()).as("copies by kill").allMatch(n -> n <= KillDemonstration.WINDOW);
        assertThat(contents(Arrival.RECEIPT))
                .as("copies are equal to the octet")
                .hasSameSizeAs(committed);
    }

    @Override
    public String toString() {
        long most = copiesByKill().values().stream().mapToLong(n -> n).max().orElse(0);
        return """
                kills                            %6d
                orders committed                 %6d
                receipts that arrived            %6d
                  lost                           %6d
                  copies beyond one              %6d   (most by one kill: %d of %d)
                codes that arrived, at most once %6d
                  given up, and never arrived    %6d
                  copies beyond one              %6d
                mails of orders rolled back      %6d
                """.formatted(
                        kills,
                        committed.size(),
                        numbers(Arrival.RECEIPT).size(),
                        missing(Arrival.RECEIPT).size(),
                        copies(Arrival.RECEIPT).size(),
                        most,
                        KillDemonstration.WINDOW,
                        numbers(Arrival.CODE).size(),
                        missing(Arrival.CODE).size(),
                        copies(Arrival.CODE).size(),
                        unfounded().size());
    }

    private Set<Integer> numbers(String kind) {
        return of(kind).stream().map(Arrival::order).collect(Collectors.toSet());
    }

    private Set<Integer> missing(String kind) {
        Set<Integer> missing = new HashSet<>(committed);
        missing.removeAll(numbers(kind));
        return missing;
    }

    private Set<Integer> unfounded() {
        Set<Integer> unfounded = new HashSet<>(numbers(Arrival.RECEIPT));
        unfounded.addAll(numbers(Arrival.CODE));
        unfounded.removeAll(committed);
        return unfounded;
    }

    private Set<String> contents(String kind) {
        return of(kind).stream().map(Arrival::content).collect(Collectors.toSet());
    }

    /** All arrivals of a mail but its last: each was repeated because its sender was killed. */
    private List<Arrival> copies(String kind) {
        Map<Integer, Arrival> last = new HashMap<>();
        List<Arrival> copies = new ArrayList<>();
        for (Arrival arrival : of(kind)) {
            Arrival before = last.put(arrival.order(), arrival);
            if (before != null) {
                copies.add(before);
            }
        }
        return copies;
    }

    private Map<String, Long> copiesByKill() {
        return copies(Arrival.RECEIPT).stream().collect(Collectors.groupingBy(Arrival::process, Collectors.counting()));
    }

    private List<Arrival> of(String kind) {
        return arrivals.stream().filter(a -> a.kind().equals(kind)).toList();
    }
}
