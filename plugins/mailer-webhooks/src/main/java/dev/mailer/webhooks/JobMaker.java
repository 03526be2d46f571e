// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.RunningMailer;
import dev.mailer.api.spi.WebhookStore.Claimed;
import dev.mailer.api.spi.WebhookStore.Mail;
import dev.mailer.api.spi.WebhookStore.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** Makes jobs of claims: finds what they are to tell. A claim whose event cannot be read holds up no other. For one thread. */
final class JobMaker {
    /** When so many in a row cannot be read, and none could, the store is in trouble. */
    private static final int TROUBLE = 3;

    private final RunningMailer mailer;
    private final Settling settling;

    JobMaker(RunningMailer mailer, Settling settling) {
        this.mailer = mailer;
        this.settling = settling;
    }

    /** What claims are about. */
    private record Found(Map<Long, MailEvent> events, Map<MessageId, Mail> mails, Set<Claimed> unreadable) {}

    /** What needs no telling is settled. */
    List<Job> jobs(List<Claimed> claims, Function<String, Known> endpoints, Instant now) {
        List<Job> jobs = new ArrayList<>();
        List<Claimed> unwanted = new ArrayList<>();
        Found found = find(claims);
        for (Claimed claim : claims) {
            MailEvent event = found.events.get(claim.event());
            Known known = endpoints.apply(claim.endpoint());
            if (found.unreadable.contains(claim)) {
                settling.unreadable(claim, now);
            } else if (event == null) {
                settling.forget(claim, now);
            } else if (claim.status() == Status.HELD && !known.wants(event)) {
                unwanted.add(claim);
            } else {
                MessageId id = event.messageId();
                jobs.add(new Job(claim, known, event, id == null ? null : found.mails.get(id)));
            }
        }
        mailer.webhooks().drop(unwanted);
        return jobs;
    }

    private Found find(List<Claimed> claims) {
        try {
            return read(claims);
        } catch (RuntimeException e) {
            return findOneByOne(claims, e);
        }
    }

    private Found findOneByOne(List<Claimed> claims, RuntimeException cause) {
        Found all = new Found(new HashMap<>(), new HashMap<>(), new HashSet<>());
        for (Claimed claim : claims) {
            try {
                Found one = read(List.of(claim));
                all.events.putAll(one.events);
                all.mails.putAll(one.mails);
            } catch (RuntimeException e) {
                all.unreadable.add(claim);
                if (all.unreadable.size() == TROUBLE && all.events.isEmpty()) {
                    throw cause;
                }
            }
        }
        return all;
    }

    private Found read(List<Claimed> claims) {
        Map<Long, MailEvent> events = new HashMap<>();
        mailer.events()
                .find(claims.stream().map(Claimed::event).toList())
                .forEach(event -> events.put(event.id(), event));
        List<MessageId> ids = events.values().stream()
                .map(MailEvent::messageId)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        return new Found(events, ids.isEmpty() ? Map.of() : mailer.webhooks().mails(ids), Set.of());
    }
}
