// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.Mailer;
import dev.mailer.api.MessageId;
import dev.mailer.api.Trace;
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
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Judges stored hits again. The feed, from about the beginning of the time on, tells which mails they are of; each mail's timeline tells the
 * rest: when it was sent, what else came from it around the time, and how it is judged now. For one part.
 */
final class Rescoring {
    /** So many mails end a part; it may come to a page more. */
    static final int MAILS = 500;
    /** Events of one page, and pages of one part: where there are few hits, a part is over without many mails. */
    static final int PAGE = 1_000;

    static final int PAGES = 20;

    /** How much later than it happened something may have come into the feed. */
    private static final Duration LATE = Duration.ofHours(1);

    private static final EventFilter HITS =
            new EventFilter(null, Set.of(EventType.OPENED, EventType.CLICKED), Set.of());

    private final Mailer mailer;
    private final EventStore events;
    private final DeliveryReports reports;
    private final Judge judge;
    private final Span span;
    private final String run = UUID.randomUUID().toString();
    private final Set<MessageId> mails = new HashSet<>();
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

    Rescoring(Mailer mailer, EventStore events, DeliveryReports reports, Judge judge, Span span) {
        this.mailer = mailer;
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
        for (int pages = 0; more && pages < PAGES && mails.size() < MAILS; pages++) {
            Part part = events.read(HITS, position, PAGE);
            boolean over = !part.events().isEmpty();
            for (Positioned positioned : part.events()) {
                MailEvent event = positioned.event();
                over &= event.at().isAfter(span.to.plus(LATE));
                if (isOurs(event) && span.has(event)) {
                    hits++;
                    mail(event.messageId());
                }
            }
            position = part.position();
            more = part.more() && !over;
        }
        return new Rescored(hits, changed, position, more);
    }

    /** Once in a part; again it would find nothing. */
    private void mail(@Nullable MessageId id) {
        Trace trace = id != null && mails.add(id) ? mailer.trace(id) : null;
        if (trace != null) {
            mail(trace);
        }
    }

    private void mail(Trace trace) {
        Map<String, Map<String, String>> former = new HashMap<>();
        for (MailEvent event : trace.events()) {
            String id = event.detail().get(event.type() == EventType.VERDICT ? HitDetail.OF : HitDetail.HIT);
            if (id != null) {
                former.put(id, event.detail());
            }
        }
        for (Judgement judgement : judged(trace).values()) {
            Map<String, String> before = former.getOrDefault(judgement.hit.id(), Map.of());
            if (judgement.inTime && judgement.isOther(before) && isCertain(judgement, before)) {
                Hit hit = judgement.hit;
                Judge.Later later = new Judge.Later(hit.id(), hit.deliveryId(), judgement.verdict);
                reports.report(HitDetail.later(run + "/" + hit.id(), later, span.now));
                changed++;
            }
        }
    }

    /** The hits around the time by their ids, as the rules see them now. */
    private Map<String, Judgement> judged(Trace trace) {
        Map<String, Judgement> judged = new LinkedHashMap<>();
        List<MailEvent> around = trace.events().stream()
                .filter(e -> isOurs(e) && span.isAround(e))
                .sorted(Comparator.comparing(MailEvent::at).thenComparing(MailEvent::id))
                .toList();
        for (MailEvent event : around) {
            Hit hit = HitDetail.hit(event, sentAt(trace, event));
            if (hit == null) {
                continue;
            }
            Judge.Finding finding = judge.judge(hit);
            if (finding.verdict() != null) {
                judged.put(hit.id(), new Judgement(hit, span.has(event), finding.verdict()));
            }
            finding.later().forEach(later -> judged.computeIfPresent(later.hit(), (id, j) -> j.later(later.verdict())));
        }
        return judged;
    }

    /** A hit as it is judged now. */
    private record Judgement(Hit hit, boolean inTime, Verdict verdict) {
        Judgement later(Verdict other) {
            return new Judgement(hit, inTime, other);
        }

        boolean isOther(Map<String, String> before) {
            return !verdict.kind().word().equals(before.get(HitDetail.VERDICT));
        }
    }

    /** When the mail went out that the hit is of; where that is not known, when it was accepted, as when the hit came. */
    private static Instant sentAt(Trace trace, MailEvent hit) {
        Instant sent = null;
        for (MailEvent event : trace.events()) {
            if (event.type() == EventType.SENT
                    && event.deliveryId() == hit.deliveryId()
                    && (sent == null || !event.at().isAfter(hit.at()))) {
                sent = event.at();
            }
        }
        return sent == null ? trace.status().acceptedAt() : sent;
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
