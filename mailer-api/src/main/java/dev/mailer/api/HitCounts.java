// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How often a mail was opened and its links were clicked, of all its recipients: all that was noticed, and what is left without bots. Of several
 * verdicts about one the newest counts; one without a verdict counts as no bot's.
 *
 * @param opens all of them
 * @param opensByPeople those whose verdict is not {@code bot}
 * @param clicks all of them
 * @param clicksByPeople those whose verdict is not {@code bot}
 */
public record HitCounts(long opens, long opensByPeople, long clicks, long clicksByPeople) {
    private static final String BOT = "bot";

    /** Counts what is among events, which are in the order of a timeline. */
    public static HitCounts of(List<MailEvent> events) {
        Map<String, String> later = new HashMap<>();
        for (MailEvent event : events) {
            String of = event.detail().get("of");
            if (event.type() == EventType.VERDICT && of != null) {
                later.put(of, event.detail().getOrDefault("verdict", ""));
            }
        }
        long[] counts = new long[4];
        for (MailEvent event : events) {
            boolean click = event.type() == EventType.CLICKED;
            if (click || event.type() == EventType.OPENED) {
                String verdict = event.detail().getOrDefault("verdict", "");
                String newest = later.getOrDefault(event.detail().getOrDefault("hit", ""), verdict);
                counts[click ? 2 : 0]++;
                counts[click ? 3 : 1] += newest.equals(BOT) ? 0 : 1;
            }
        }
        return new HitCounts(counts[0], counts[1], counts[2], counts[3]);
    }
}
