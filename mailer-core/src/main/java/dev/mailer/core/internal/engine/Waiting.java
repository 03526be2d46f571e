// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.QueueKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is claimed and waits for a slot, by message, the longest waiting first. Guarded by the dispatcher's lock. */
final class Waiting {
    private final Map<Long, Deque<RoutedClaim>> byMessage = new LinkedHashMap<>();
    private int size;

    int size() {
        return size;
    }

    void add(RoutedClaim routed) {
        byMessage
                .computeIfAbsent(routed.claim().messageKey(), k -> new ArrayDeque<>())
                .add(routed);
        size++;
    }

    /** True when something waits that goes another way than by these. */
    boolean isFor(Set<String> full) {
        return full.isEmpty() ? size > 0 : byMessage.values().stream().anyMatch(mail -> goesElsewhere(mail, full));
    }

    /** The claim that waits longest and goes another way than by these; there must be one. */
    RoutedClaim head(Set<String> full) {
        return first(byMessage.values().iterator(), full).element();
    }

    private static Deque<RoutedClaim> first(Iterator<Deque<RoutedClaim>> mails, Set<String> full) {
        Deque<RoutedClaim> mail = mails.next();
        while (!goesElsewhere(mail, full)) {
            mail = mails.next();
        }
        return mail;
    }

    private static boolean goesElsewhere(Deque<RoutedClaim> mail, Set<String> full) {
        return !full.contains(mail.element().route().outlet().name());
    }

    /**
     * Takes the mail that waits longest and goes another way than by these, and others that go its way, in their order.
     *
     * @param most how many mails, at least 1
     */
    List<List<Claim>> take(int most, Set<String> full) {
        Iterator<Deque<RoutedClaim>> mails = byMessage.values().iterator();
        Deque<RoutedClaim> longest = first(mails, full);
        RoutedClaim head = longest.element();
        List<List<Claim>> taken = new ArrayList<>();
        taken.add(takeMail(longest, mails));
        long bytes = head.claim().size();
        while (taken.size() < most && head.isInnocent() && bytes < ByteBudget.SMALL && mails.hasNext()) {
            Deque<RoutedClaim> mail = mails.next();
            RoutedClaim next = mail.element();
            if (next.goesWith(head) && next.isInnocent() && bytes + next.claim().size() <= ByteBudget.SMALL) {
                bytes += next.claim().size();
                taken.add(takeMail(mail, mails));
            }
        }
        return taken;
    }

    /** The first claim of a message, with others of it that go the same way, as many as that way allows. */
    private List<Claim> takeMail(Deque<RoutedClaim> mail, Iterator<Deque<RoutedClaim>> mails) {
        RoutedClaim head = mail.remove();
        List<Claim> taken = new ArrayList<>();
        taken.add(head.claim());
        for (Iterator<RoutedClaim> i = mail.iterator(); i.hasNext() && taken.size() < head.company(); ) {
            RoutedClaim routed = i.next();
            if (routed.goesWith(head)) {
                taken.add(routed.claim());
                i.remove();
            }
        }
        if (mail.isEmpty()) {
            mails.remove();
        }
        size -= taken.size();
        return taken;
    }

    /** Takes out all of it, or that of one queue. */
    List<RoutedClaim> drain(@Nullable QueueKey queue) {
        List<RoutedClaim> drained = new ArrayList<>();
        for (Iterator<Deque<RoutedClaim>> i = byMessage.values().iterator(); i.hasNext(); ) {
            Deque<RoutedClaim> mail = i.next();
            mail.removeIf(r -> (queue == null || r.claim().queue().equals(queue)) && drained.add(r));
            if (mail.isEmpty()) {
                i.remove();
            }
        }
        size -= drained.size();
        return drained;
    }
}
