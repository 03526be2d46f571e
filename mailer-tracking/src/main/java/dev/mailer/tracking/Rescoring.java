// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.DeliveryReports;
import dev.mailer.api.spi.EventFilter;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.EventStore.Part;
import dev.mailer.api.spi.EventStore.Positioned;
import dev.mailer.tracking.TrackingPlugin.Rescored;
import dev.mailer.tracking.internal.verdict.Hit;
import dev.mailer.tracking.internal.verdict.Judge;
import dev.mailer.tracking.internal.verdict.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Judges stored hits again. Reads the feed twice: for the hits, and for when their mails were sent. Used once. */
final class Rescoring {
    /** Most hits of one run. */
    static final int MAX_HITS = 200_000;

    private static final int PAGE = 1_000;

    private final EventStore events;
    private final DeliveryReports reports;
    private final Judge judge;
    private final List<MailEvent> found = new ArrayList<>();
    private final Map<String, String> current = new HashMap<>();
    private final Map<Long, Instant> sent = new HashMap<>();

    private interface Visitor {
        void see(MailEvent event);
    }

    Rescoring(EventStore events, DeliveryReports reports, Judge judge) {
        this.events = events;
        this.reports = reports;
        this.judge = judge;
    }

    Rescored run(Instant from, Instant to, Instant now) {
        each(Set.of(EventType.OPENED, EventType.CLICKED, EventType.VERDICT), e -> collect(e, from, to));
        Set<Long> deliveries = new HashSet<>();
        found.forEach(e -> deliveries.add(e.deliveryId()));
        each(Set.of(EventType.SENT), e -> {
            if (deliveries.contains(e.deliveryId())) {
                sent.put(e.deliveryId(), e.at());
            }
        });
        Map<Hit, Verdict> verdicts = judged();
        String run = UUID.randomUUID().toString();
        int changed = 0;
        for (Map.Entry<Hit, Verdict> entry : verdicts.entrySet()) {
            Hit hit = entry.getKey();
            if (!entry.getValue().kind().word().equals(current.get(hit.id()))) {
                reports.report(HitDetail.later(run + "/" + hit.id(), hit, entry.getValue(), now));
                changed++;
            }
        }
        return new Rescored(verdicts.size(), changed);
    }

    private void collect(MailEvent event, Instant from, Instant to) {
        Map<String, String> detail = event.detail();
        String verdict = detail.getOrDefault(HitDetail.VERDICT, "");
        String of = detail.get(HitDetail.OF);
        if (event.type() == EventType.VERDICT) {
            if (of != null && current.containsKey(of)) {
                current.put(of, verdict);
            }
            return;
        }
        String id = detail.get(HitDetail.HIT);
        if (id == null || event.at().isBefore(from) || !event.at().isBefore(to)) {
            return;
        }
        if (found.size() == MAX_HITS) {
            throw new IllegalArgumentException(
                    "there are more than " + MAX_HITS + " hits from " + from + " to " + to + "; judge a shorter time");
        }
        found.add(event);
        current.put(id, verdict);
    }

    private Map<Hit, Verdict> judged() {
        Map<Hit, Verdict> verdicts = new LinkedHashMap<>();
        found.sort(Comparator.comparing(MailEvent::at).thenComparing(MailEvent::id));
        for (MailEvent event : found) {
            // Of mail that was never reported as sent it is not known how soon after that this was.
            Hit hit = HitDetail.hit(event, sent.getOrDefault(event.deliveryId(), Instant.MIN));
            if (hit == null) {
                continue;
            }
            Judge.Finding finding = judge.judge(hit);
            if (finding.verdict() != null) {
                verdicts.put(hit, finding.verdict());
            }
            finding.later().forEach(later -> verdicts.put(later.hit(), later.verdict()));
        }
        return verdicts;
    }

    private void each(Set<EventType> types, Visitor visitor) {
        EventFilter filter = new EventFilter(null, types, Set.of());
        Part part = events.read(filter, 0, PAGE);
        while (true) {
            for (Positioned positioned : part.events()) {
                visitor.see(positioned.event());
            }
            if (!part.more()) {
                return;
            }
            part = events.read(filter, part.position(), PAGE);
        }
    }
}
