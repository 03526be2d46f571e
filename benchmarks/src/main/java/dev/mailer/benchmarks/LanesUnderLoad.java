// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** How long a transactional mail takes to the peer's 250 while 100,000 broadcast mails wait and a slow peer keeps every slot busy that broadcast may have. */
final class LanesUnderLoad implements Benchmark {
    private static final int QUEUED = 100_000;
    private static final int DOMAINS = 50;
    /** Of 16 slots, 4 are kept for transactional mail by default. */
    private static final int SHARED_SLOTS = 12;

    private static final Duration GAP = Duration.ofMillis(10);

    @Override
    public void run(Session session) throws Exception {
        Ledger ledger = new Ledger.Maker(session).create("sqlite", "lanes");
        Bulk.prepare(ledger, "broadcast").add(QUEUED, 0, DOMAINS);
        int mails = session.amount(1_000);
        ConcurrentMap<Long, Long> accepted = new ConcurrentHashMap<>();
        Figures figures = new Figures();
        try (SlowPeer peer = new SlowPeer(number -> accepted.put(number, System.nanoTime()));
                MailerEngine mailer = Mailers.builder()
                        .transport("smtp://127.0.0.1:" + peer.port() + "?tls=never&connections=16")
                        .store(ledger.url())
                        .closeTimeout(Duration.ofSeconds(5))
                        .build()) {
            for (int i = 0; peer.held() < SHARED_SLOTS; i++) {
                if (i > 200) {
                    throw new IllegalStateException("only " + peer.held() + " slots became busy");
                }
                Thread.sleep(50);
            }
            round(mailer, peer, accepted, 100, new Figures());
            for (int round = 0; round < session.rounds(); round++) {
                round(mailer, peer, accepted, mails, figures);
            }
        }
        figures.print("lanes: transactional mails of 10 kB, one every 10 ms, submit to the peer's 250");
        session.result("lanes", figures.median("transactional", "p99 ms"), "<", 1_000);
    }

    private static void round(
            MailerEngine mailer, SlowPeer peer, ConcurrentMap<Long, Long> accepted, int mails, Figures figures)
            throws InterruptedException {
        accepted.clear();
        long[] began = new long[mails];
        long busy = 0;
        for (int i = 0; i < mails; i++) {
            began[i] = System.nanoTime();
            mailer.send(Mails.rawEmail("t" + i + "@" + Mails.DOMAIN));
            busy += peer.held();
            Thread.sleep(GAP.toMillis());
        }
        for (int i = 0; accepted.size() < mails; i++) {
            if (i > 3_000) {
                throw new IllegalStateException("only " + accepted.size() + " of " + mails + " arrived");
            }
            Thread.sleep(10);
        }
        long[] took = new long[mails];
        for (int i = 0; i < mails; i++) {
            took[i] = accepted.getOrDefault((long) i, 0L) - began[i];
        }
        figures.add("transactional", "p50 ms", Figures.percentile(took, 0.5) / 1e6);
        figures.add("transactional", "p99 ms", Figures.percentile(took, 0.99) / 1e6);
        figures.add("transactional", "max ms", took[mails - 1] / 1e6);
        figures.add("transactional", "broadcast slots busy", (double) busy / mails);
    }
}
