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
import java.time.Duration;
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
import java.util.function.BinaryOperator;

/**
 * Judges stored hits again. The feed, from about the beginning of the time on, tells which deliveries they are of; all events of each, read page
 * by page, tell the rest: when it was sent, what else came from it around the time, and how it is judged now. For one part.
 */
final class Rescoring {
    /** So many deliveries end a part; it may come to a page more. */
    static final int DELIVERIES = 500;
    /** Events of one page, and pages of one part: where there are few hits, a part is over without many deliveries. */
    static final int PAGE = 1_000;

    static final int PAGES = 20;

    /** How much later than it happened something may have come into the feed. */
    private static final Duration LATE = Duration.ofHours(1);

    private static final Comparator<MailEvent> BY_TIME =
            Comparator.comparing(MailEvent::at).thenComparing(MailEvent::id);

    private static final EventFilter HITS =
            new EventFilter(null, Set.of(EventType.OPENED, EventType.CLICKED), Set.of());

    private final EventStore events;
    private final DeliveryReports reports;
    private final Judge judge;
    private final Span span;
    private final String run = UUID.randomUUID().toString();
    private final Set<Long> deliveries = new HashSet<>();
    private int changed;

    /**
     * The time whose hits are judged.
     *
     * @param to not included
     * @param now when the verdicts are given
     */
    record Span(Instant from, Instant to, Instant now) {
        boolean has(MailEvent event) {
            return !event.at().isBefore(from) && event.at().isBefore(to);
        }

        /** True for what a verdict about a hit of the time may depend on. */
        boolean isAround(MailEvent event) {
            return !event.at().isBefore(from.minus(Judge.REACH)) && event.at().isBefore(to.plus(Judge.REACH));
        }
    }

    Rescoring(EventStore events, DeliveryReports reports, Judge judge, Span span) {
        this.events = events;
        this.reports = reports;
        this.judge = judge;
        this.span = span;
    }

    /** @param after where the part before ended; 0 for the first */
    Rescored part(long after) {
        long position = after > 0 ? after : new FeedSearch(events).positionBefore(span.from.minus(LATE));
        int hits = 0;
        boolean more = true;
        for (int pages = 0; more && pages < PAGES && deliveries.size() < DELIVERIES; pages++) {
            Part part = events.read(HITS, position, PAGE);
            boolean over = !part.events().isEmpty();
            for (Positioned positioned : part.events()) {
                MailEvent event = positioned.event();
                over &= event.at().isAfter(span.to.plus(LATE));
                if (isOurs(event) && span.has(event)) {
                    hits++;
                    delivery(event.deliveryId());
                }
            }
            position = part.position();
            more = part.more() && !over;
        }
        return new Rescored(hits, changed, position, more);
    }

    /** Once in a part; again it would find nothing. */
    private void delivery(long id) {
        if (!deliveries.add(id)) {
            return;
        }
        Sendings sendings = new Sendings();
        Map<String, MailEvent> later = new HashMap<>();
        List<MailEvent> around = new ArrayList<>();
        for (MailEvent event : events.ofDelivery(id)) {
            sendings.add(event);
            String of = event.detail().get(HitDetail.OF);
            if (event.type() == EventType.VERDICT && of != null) {
                later.merge(of, event, BinaryOperator.maxBy(BY_TIME));
            } else if (isOurs(event) && span.isAround(event)) {
                around.add(event);
            }
        }
        around.sort(BY_TIME);
        for (Judgement judgement : judged(around, sendings).values()) {
            MailEvent newest = later.getOrDefault(judgement.hit.id(), judgement.event);
            if (span.has(judgement.event)
                    && judgement.isOther(newest.detail())
                    && isCertain(judgement, newest.detail())) {
                append(judgement);
            }
        }
    }

    private void append(Judgement judgement) {
        Hit hit = judgement.hit;
        Judge.Later later = new Judge.Later(hit.id(), hit.deliveryId(), judgement.verdict);
        reports.report(HitDetail.later(run + "/" + hit.id(), later, span.now));
        changed++;
    }

    /** The hits around the time by their ids, as the rules see them now. */
    private Map<String, Judgement> judged(List<MailEvent> around, Sendings sendings) {
        Map<String, Judgement> judged = new LinkedHashMap<>();
        for (MailEvent event : around) {
            Hit hit = HitDetail.hit(event, sendings.before(event.at()));
            if (hit == null) {
                continue;
            }
            Judge.Finding finding = judge.judge(hit);
            if (finding.verdict() != null) {
                judged.put(hit.id(), new Judgement(hit, event, finding.verdict()));
            }
            finding.later().forEach(l -> judged.computeIfPresent(l.hit(), (id, j) -> j.later(l.verdict())));
        }
        return judged;
    }

    /** A hit as it is judged now. */
    private record Judgement(Hit hit, MailEvent event, Verdict verdict) {
        Judgement later(Verdict other) {
            return new Judgement(hit, event, other);
        }

        boolean isOther(Map<String, String> before) {
            return !verdict.kind().word().equals(before.get(HitDetail.VERDICT));
        }
    }

    /**
     * False where a verdict would turn around because something is not known that was known then: the address, of which a part or nothing is
     * kept, or what else came, of which something may not have been stored.
     */
    private boolean isCertain(Judgement judgement, Map<String, String> before) {
        String reason = before.getOrDefault(HitDetail.REASON, "");
        boolean sameRules = Verdict.RULES.equals(before.get(HitDetail.RULES));
        boolean byCompany = sameRules && Judge.BY_COMPANY.contains(reason);
        boolean byAddress = Judge.BY_ADDRESS.contains(reason) || Judge.BY_ADDRESS.contains(judgement.verdict.reason());
        return !byCompany && !(byAddress && judge.lacksAddress(judgement.hit));
    }

    private static boolean isOurs(MailEvent event) {
        return HITS.types().contains(event.type()) && event.detail().containsKey(HitDetail.HIT);
    }
}
