// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.core.MailerEngine;
import dev.mailer.core.internal.engine.KillPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * Kills mailers again and again while they accept and send, lets a last one finish, and checks what the sink got against what was
 * promised. The chance is seeded and the seed is printed, but when a signal strikes is up to the machine.
 */
@SuppressWarnings("EnumOrdinal") // only to take the points in turn
final class KillRun {
    private static final int MAX_UNSETTLED = 24;
    /** Most time a reply of the sink takes, in microseconds. */
    private static final int SLOW_REPLY = 8_000;
    /** Longest start of a child that is still interrupted by a kill at start. */
    private static final int START_MILLIS = 1_500;
    /** Kills from which on every point must have ended some child. */
    private static final int ENOUGH_FOR_ALL_POINTS = 100;
    /** How long a child may take to come by the place where it stops by itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final String store;
    private final int nodes;
    private final int kills;
    private final int mails;
    private final Duration lease;
    private final long seed;
    private final Path log;
    private final AtomicInteger generation = new AtomicInteger();
    private final AtomicInteger turn = new AtomicInteger();
    /** How often a child ended at each point. */
    private final Map<KillPoint, Integer> ends = new ConcurrentHashMap<>();

    private final Promises promises;

    /** @param nodes mailers at a time */
    KillRun(String store, int nodes, int kills, int mails, Duration lease, Path log) {
        this.store = store;
        this.nodes = nodes;
        this.kills = kills;
        this.mails = mails;
        this.lease = lease;
        this.log = log;
        this.seed = Long.getLong("crash.seed", System.nanoTime());
        this.promises = new Promises(mails, seed);
    }

    /** Runs it all; the verdict is still to be asserted. */
    Verdict run() throws Exception {
        System.out.println("crash run on " + store.split("\\?", 2)[0] + ": seed " + seed + ", log " + log);
        try (CountingSink sink = new CountingSink(SLOW_REPLY)) {
            killAgainAndAgain(sink);
            Verdict verdict = finish(sink);
            System.out.println("ended by themselves: " + new TreeMap<>(ends));
            if (kills >= ENOUGH_FOR_ALL_POINTS) {
                assertThat(ends).containsOnlyKeys(KillPoint.values());
            }
            return verdict;
        }
    }

    private void killAgainAndAgain(CountingSink sink) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(nodes);
        try {
            List<Future<?>> loops = new ArrayList<>();
            for (int node = 1; node <= nodes; node++) {
                Random random = new Random(seed + node);
                int number = node;
                loops.add(threads.submit(() -> loop(number, random, sink)));
            }
            for (Future<?> loop : loops) {
                loop.get();
            }
        } finally {
            threads.shutdownNow();
            threads.awaitTermination(10, TimeUnit.SECONDS);
        }
    }

    private Void loop(int node, Random random, CountingSink sink) throws IOException, InterruptedException {
        for (int g = generation.incrementAndGet(); g <= kills; g = generation.incrementAndGet()) {
            kill(settings(sink, "g" + g + ".n" + node + ".test"), random);
        }
        return null;
    }

    private void kill(CrashChild.Settings settings, Random random) throws IOException, InterruptedException {
        int share = Math.max(1, mails / kills);
        int way = random.nextInt(100);
        boolean byItself = way < 45;
        boolean atStart = way >= 90;
        KillPoint point = KillPoint.values()[turn.getAndIncrement() % KillPoint.values().length];
        String stop = byItself ? point + ":" + (1 + random.nextInt(share)) : "-";
        try (Victim victim = Victim.start(settings, stop, log, promises)) {
            if (atStart) {
                victim.awaitEnd(Duration.ofMillis(random.nextInt(START_MILLIS)));
                return;
            }
            if (victim.awaitReady()) {
                victim.submit(promises.take(share));
                boolean ended =
                        victim.awaitEnd(byItself ? PATIENCE : Duration.ofMillis(random.nextInt(30 + 4 * share)));
                if (ended && byItself) {
                    ends.merge(point, 1, Integer::sum);
                }
            }
        }
    }

    private Verdict finish(CountingSink sink) {
        try (MailerEngine mailer = settings(sink, "last.test").mailer().build()) {
            for (Promises.Mail mail : promises.takeAll()) {
                promises.kept(
                        mail.key(),
                        mailer.send(CrashChild.mail(mail.key(), mail.policy()))
                                .id()
                                .toString());
            }
            assertThat(promises.accepted()).hasSize(mails);
            List<Promises.Accepted> open = new ArrayList<>(promises.accepted());
            Awaitility.await("all mails are final")
                    .atMost(Duration.ofSeconds(60).plusMillis(20L * mails))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> {
                        open.removeIf(a -> mailer.find(a.messageId()).isFinal());
                        return open.isEmpty();
                    });
            Verdict verdict = new Verdict(kills, MAX_UNSETTLED, promises);
            promises.accepted().forEach(a -> verdict.add(a, mailer.trace(a.messageId()), sink));
            return verdict;
        }
    }

    private CrashChild.Settings settings(CountingSink sink, String name) {
        return new CrashChild.Settings(store, sink.port(), name, lease, MAX_UNSETTLED);
    }
}
