// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.server.http.MailerServer;
import dev.mailer.tracking.TrackingDurability;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Opens over HTTP at a fixed rate, a little above the goal, each answered when its event is committed. The rate is that of the events which are
 * in the ledger afterwards, to the last answer; it is 0 when one is missing, or when an answer came so late that it may not have waited.
 */
final class TrackingEvents implements Benchmark {
    private static final double OFFERED = 5_100;
    private static final int SECONDS = 20;
    private static final int CONNECTIONS = 400;
    /** As long as an answer waits for its event. */
    private static final Duration WAIT = Duration.ofSeconds(2);
    /** Of one delivery not more than some are stored, so they are spread over many. */
    private static final int MAILS = 3;
    /** Of events of opens, as the ledger has it. */
    private static final String STORED = "select count(*) from mailer_event where type = 9";

    @Override
    public void run(Session session) throws Exception {
        Figures figures = new Figures();
        Ledger.Maker maker = new Ledger.Maker(session);
        List<String> stores = session.stores("tracking-events-");
        for (String store : stores) {
            measure(session, maker.create(store, "tracking"), figures);
        }
        figures.print("tracking-events: " + (int) OFFERED + " opens/s over " + CONNECTIONS + " connections");
        for (String store : stores) {
            session.result("tracking-events-" + store, figures.median(store, "committed/s"), ">=", 5_000);
        }
    }

    private static void measure(Session session, Ledger ledger, Figures figures) throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        int rounds = Math.min(session.rounds(), 3);
        TrackedMails mails =
                TrackedMails.send(session, ledger.url(), TrackingDurability.COMMITTED, meters, MAILS * (rounds + 1));
        MailerServer server = mails.serve(session);
        List<String> pixels = mails.pixels();
        int requests = (int) (OFFERED * (session.isQuick() ? 5 : SECONDS));
        try (Connection connection = ledger.connect()) {
            for (int round = -1; round < rounds; round++) {
                int each = pixels.size() / (rounds + 1);
                List<String> own = pixels.subList((round + 1) * each, (round + 2) * each);
                long before = Ledger.number(connection, STORED);
                double dropped = dropped(meters);
                long[] took = new PacedRequests(server.port(), own, OFFERED, requests).run(CONNECTIONS);
                double seconds = PacedRequests.seconds(took, OFFERED);
                long stored = Ledger.number(connection, STORED) - before;
                long late = Arrays.stream(took).filter(t -> t >= WAIT.toNanos()).count();
                double missing = requests - stored + dropped(meters) - dropped;
                session.progress(
                        "%s: %d of %d stored in %.2f s, %d late", ledger.store(), stored, requests, seconds, late);
                if (round >= 0) {
                    figures.add(ledger.store(), "committed/s", missing > 0 || late > 0 ? 0 : stored / seconds);
                    figures.add(ledger.store(), "missing", missing);
                    figures.add(ledger.store(), "p50 ms", Figures.percentile(took, 0.5) / 1e6);
                    figures.add(ledger.store(), "p99 ms", Figures.percentile(took, 0.99) / 1e6);
                    figures.add(ledger.store(), "most ms", Figures.percentile(took, 1) / 1e6);
                }
            }
        }
    }

    private static double dropped(SimpleMeterRegistry meters) {
        return meters.find("mailer.tracking.dropped").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }
}
