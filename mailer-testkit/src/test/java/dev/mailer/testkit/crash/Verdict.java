// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.Trace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a run came to: the ledger against the sink, delivery by delivery. */
final class Verdict {
    private final int kills;
    private final int maxUnsettled;
    private final int refused;
    private final List<String> wrong;
    /** Copies that were repeated, by the process that had sent them and died. */
    private final Map<String, Integer> repeated = new HashMap<>();

    private int mails;
    private int deliveries;
    private int lost;
    private int duplicates;
    private int ambiguous;
    private int dropped;
    private int poison;

    Verdict(int kills, int maxUnsettled, Promises promises) {
        this.kills = kills;
        this.maxUnsettled = maxUnsettled;
        this.refused = promises.refused();
        this.wrong = new ArrayList<>(promises.wrong());
    }

    void add(Promises.Accepted accepted, Trace trace, CountingSink sink) {
        mails++;
        for (DeliveryStatus delivery : trace.status().deliveries()) {
            deliveries++;
            List<CountingSink.Copy> copies = sink.copies(trace.status().messageIdHeader(), delivery.recipient());
            String which = accepted.mail() + " " + accepted.id() + " " + delivery;
            copies(accepted.mail().policy(), copies, which);
            state(accepted.mail().policy(), delivery, copies.size(), which);
            events(
                    delivery,
                    trace.events().stream()
                            .filter(e -> e.deliveryId() == delivery.id())
                            .toList(),
                    which);
        }
    }

    /** Nothing is lost, copies only as stated, and the ledger tells the truth. */
    void assertGood() {
        System.out.println(this);
        assertThat(wrong).isEmpty();
        assertThat(lost).as("lost").isZero();
        assertThat(poison).as("ended as poison").isZero();
        assertThat(repeated.values()).as("copies by kill").allMatch(n -> n <= maxUnsettled);
        assertThat(duplicates).isLessThanOrEqualTo(kills * maxUnsettled);
    }

    @Override
    public String toString() {
        int most = repeated.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        return "crash run: kills=" + kills + " mails=" + mails + " deliveries=" + deliveries + " lost=" + lost
                + " duplicates=" + duplicates + " (most by one kill: " + most + " of " + maxUnsettled + ", by "
                + repeated.size() + " kills) ambiguous=" + ambiguous + " dropped=" + dropped + " poison=" + poison
                + " refused=" + refused + " wrong=" + wrong.size();
    }

    private void copies(AmbiguityPolicy policy, List<CountingSink.Copy> copies, String which) {
        for (int i = 0; i + 1 < copies.size(); i++) {
            duplicates++;
            CountingSink.Copy copy = copies.get(i);
            CountingSink.Copy next = copies.get(i + 1);
            repeated.merge(copy.client(), 1, Integer::sum);
            check(policy == AmbiguityPolicy.RESEND, which, "was sent twice: " + copies);
            check(!copy.client().equals(next.client()), which, "was sent twice without a kill: " + copies);
            check(copy.checksum() == next.checksum(), which, "differs between its copies");
        }
    }

    private void state(AmbiguityPolicy policy, DeliveryStatus delivery, int copies, String which) {
        DeliveryState state = delivery.state();
        String reason = delivery.failure() == null ? "" : delivery.failure().reason();
        if (state == DeliveryState.SENT) {
            check(copies > 0, which, "is SENT and not at the sink");
        } else if (reason.equals("poison")) {
            poison++;
        } else if (state == DeliveryState.AMBIGUOUS && policy == AmbiguityPolicy.HOLD && !reason.isEmpty()) {
            ambiguous++;
            return;
        } else if (state == DeliveryState.FAILED && policy == AmbiguityPolicy.DROP && reason.equals("crash")) {
            dropped++;
            return;
        } else {
            check(false, which, "has no business in this state");
        }
        if (copies == 0) {
            lost++;
            wrong.add(which + " is lost");
        }
    }

    private void events(DeliveryStatus delivery, List<MailEvent> events, String which) {
        check(count(events, EventType.QUEUED) == 1, which, "has not one queued event: " + events);
        EventType end = switch (delivery.state()) {
            case SENT -> EventType.SENT;
            case AMBIGUOUS -> EventType.AMBIGUOUS;
            default -> EventType.FAILED;
        };
        check(count(events, end) == 1, which, "has not one final event: " + events);
        check(count(events, EventType.SENT) + count(events, EventType.FAILED) <= 1, which, "ended twice: " + events);
    }

    private static long count(List<MailEvent> events, EventType type) {
        return events.stream().filter(e -> e.type() == type).count();
    }

    private void check(boolean good, String which, String what) {
        if (!good && wrong.size() < 100) {
            wrong.add(which + " " + what);
        }
    }
}
