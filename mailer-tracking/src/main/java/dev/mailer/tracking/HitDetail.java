// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.tracking.internal.verdict.Hit;
import dev.mailer.tracking.internal.verdict.Judge;
import dev.mailer.tracking.internal.verdict.Verdict;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What events say about hits, by the names that docs/tracking.md lists. */
final class HitDetail {
    /** Who reports. */
    static final String SOURCE = "tracking";

    static final String HIT = "hit";
    static final String OF = "of";
    static final String VERDICT = "verdict";
    static final String REASON = "reason";
    static final String RULES = "rules";
    private static final String LINK = "link";
    private static final String TRAP = "trap";
    private static final String URL = "url";
    private static final String METHOD = "method";
    private static final String PURPOSE = "purpose";
    private static final String USER_AGENT = "userAgent";
    private static final String ADDRESS = "address";

    private HitDetail() {}

    /**
     * The event of a hit.
     *
     * @param url where the link leads; empty for none
     * @param address as it is to be stored; null for not at all
     */
    static Report event(Hit hit, Verdict verdict, String url, @Nullable String address) {
        Map<String, String> detail = verdict(verdict);
        detail.put(HIT, hit.id());
        if (hit.kind() == Hit.Kind.CLICK) {
            detail.put(LINK, String.valueOf(hit.link()));
            detail.put(URL, url);
        } else if (hit.kind() == Hit.Kind.TRAP) {
            detail.put(LINK, TRAP);
        }
        if (hit.head()) {
            detail.put(METHOD, "HEAD");
        }
        put(detail, PURPOSE, hit.purpose());
        put(detail, USER_AGENT, hit.userAgent());
        put(detail, ADDRESS, address);
        EventType type = hit.kind() == Hit.Kind.OPEN ? EventType.OPENED : EventType.CLICKED;
        return new Report(SOURCE, hit.id(), type, hit.deliveryId(), hit.at(), null, detail);
    }

    /**
     * The event of a later verdict.
     *
     * @param id unique among all of its kind
     */
    static Report later(String id, Judge.Later later, Instant at) {
        Map<String, String> detail = verdict(later.verdict());
        detail.put(OF, later.hit());
        return new Report(SOURCE, id, EventType.VERDICT, later.deliveryId(), at, null, detail);
    }

    /**
     * The hit that an event is of; null when it is of none of ours.
     *
     * @param sentAt when the mail was sent
     */
    static @Nullable Hit hit(MailEvent event, Instant sentAt) {
        Map<String, String> detail = event.detail();
        String id = detail.get(HIT);
        if (id == null || event.type() != EventType.OPENED && event.type() != EventType.CLICKED) {
            return null;
        }
        String link = detail.getOrDefault(LINK, "0");
        Hit.Kind click = link.equals(TRAP) ? Hit.Kind.TRAP : Hit.Kind.CLICK;
        return new Hit(
                id,
                event.type() == EventType.OPENED ? Hit.Kind.OPEN : click,
                event.deliveryId(),
                link.matches("\\d{1,4}") ? Integer.parseInt(link) : 0,
                sentAt,
                event.at(),
                Objects.equals(detail.get(METHOD), "HEAD"),
                detail.get(PURPOSE),
                detail.get(USER_AGENT),
                detail.get(ADDRESS));
    }

    private static Map<String, String> verdict(Verdict verdict) {
        Map<String, String> detail = new HashMap<>();
        detail.put(VERDICT, verdict.kind().word());
        detail.put(REASON, verdict.reason());
        detail.put(RULES, Verdict.RULES);
        return detail;
    }

    private static void put(Map<String, String> detail, String name, @Nullable String value) {
        if (value != null) {
            detail.put(name, value);
        }
    }
}
