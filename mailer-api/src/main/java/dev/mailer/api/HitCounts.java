// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * How often a mail was opened and its links were clicked: all that was noticed, and what of it is people's. That leaves out the verdicts
 * {@code bot}, {@code prefetch}, and {@code proxy} for the reason {@code apple-privacy}, because these fetch unasked; other proxies fetch when
 * somebody looks. Of several verdicts about one the newest counts; one without a verdict counts as people's, but not one without any detail, as
 * those of an erased mail are.
 *
 * @param opens all of them
 * @param opensByPeople those that are people's
 * @param clicks all of them
 * @param clicksByPeople those that are people's
 */
public record HitCounts(long opens, long opensByPeople, long clicks, long clicksByPeople) {
    /** Nothing was noticed. */
    public static final HitCounts NONE = new HitCounts(0, 0, 0, 0);

    /** Counts what is among events, in any order; looks at them once, and remembers the ids of those that it counts. */
    public static HitCounts of(Iterable<MailEvent> events) {
        Map<String, Judged> hits = new HashMap<>();
        HitCounts counts = NONE;
        for (MailEvent event : events) {
            boolean verdict = event.type() == EventType.VERDICT;
            String hit = event.detail().get(verdict ? "of" : "hit");
            if (!verdict && event.type() != EventType.OPENED && event.type() != EventType.CLICKED) {
                continue;
            }
            if (hit != null) {
                hits.merge(hit, Judged.by(event), Judged::and);
            } else if (!verdict) {
                counts = counts.plus(Judged.by(event).counts());
            }
        }
        for (Judged judged : hits.values()) {
            counts = counts.plus(judged.counts());
        }
        return counts;
    }

    /** Both together. */
    public HitCounts plus(HitCounts more) {
        return new HitCounts(
                opens + more.opens,
                opensByPeople + more.opensByPeople,
                clicks + more.clicks,
                clicksByPeople + more.clicksByPeople);
    }

    /**
     * What is known of a hit by some of its events.
     *
     * @param type {@code VERDICT} as long as only verdicts were seen
     * @param at when the verdict was given, before all others where it came with the hit
     * @param id of the event that has the verdict
     */
    private record Judged(EventType type, boolean people, Instant at, long id) {
        static Judged by(MailEvent event) {
            boolean told = !event.detail().isEmpty();
            boolean unasked = switch (event.detail().getOrDefault("verdict", "")) {
                case "bot", "prefetch" -> true;
                case "proxy" -> "apple-privacy".equals(event.detail().get("reason"));
                default -> false;
            };
            Instant at = event.type() == EventType.VERDICT ? event.at() : Instant.MIN;
            return new Judged(event.type(), told && !unasked, at, event.id());
        }

        Judged and(Judged other) {
            boolean newer = at.equals(other.at) ? id > other.id : at.isAfter(other.at);
            Judged newest = newer ? this : other;
            return new Judged(type == EventType.VERDICT ? other.type : type, newest.people, newest.at, newest.id);
        }

        HitCounts counts() {
            long one = people ? 1 : 0;
            return switch (type) {
                case OPENED -> new HitCounts(1, one, 0, 0);
                case CLICKED -> new HitCounts(0, 0, 1, one);
                default -> NONE;
            };
        }
    }
}
