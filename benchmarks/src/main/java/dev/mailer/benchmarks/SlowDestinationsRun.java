// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.Email;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/** One run of {@link SlowDestinations}, on the JDK of this process; prints its figures. */
final class SlowDestinationsRun {
    static final String RATIO = "ratio";

    private static final int SLOW = 9_900;
    private static final int HEALTHY = 100;
    private static final int NEWCOMERS = 5;
    private static final double NEWCOMER_SECONDS = 20;
    private static final int MAILS = 5_000;
    /** Rounds that are not counted. */
    private static final int WARM_UP = 3;
    /** So long no more calls have become slow: there are as many as there will be. */
    private static final long STEADY_MILLIS = 4_000;
    /** Before the first of the slow ones runs out of its five minutes. */
    private static final long MOST_MILLIS = 240_000;

    private final Session session;
    private final SmtpSink sink;
    private final SlowHosts hosts;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final MailerEngine mailer;
    private double heap;

    private SlowDestinationsRun(Session session) throws Exception {
        this.session = session;
        this.sink = SmtpSink.start(session);
        this.hosts = SlowHosts.start(session, sink.port(), slowDomains(session));
        Ledger ledger = new Ledger.Maker(session)
                .create("sqlite", "slow-" + Runtime.version().feature());
        this.mailer = Mailers.builder()
                .transport("mx:?ehlo=bench.example&allowPrivate=on&port=" + sink.port() + "&dns=127.0.0.1%3A"
                        + hosts.dns())
                .store(ledger.url())
                .meters(meters)
                .closeTimeout(Duration.ofSeconds(5))
                .build();
    }

    static int slowDomains(Session session) {
        return session.amount(SLOW);
    }

    /** {@code SCRATCH quick|full} */
    public static void main(String[] args) throws Exception {
        try (Session session = new Session("slow-destinations", Path.of(args[0]), args[1].equals("quick"), List.of())) {
            new SlowDestinationsRun(session).run();
        }
        System.exit(0);
    }

    private void run() throws Exception {
        int before = threads();
        List<Double> alone = rates("alone");
        figure("alone mails/s", Figures.median(alone));
        figure("threads alone", threads());
        look("heap MB alone");
        slowDown();
        List<Double> beside = rates("beside");
        figure("beside mails/s", Figures.median(beside));
        figure(RATIO, Figures.median(beside) / Figures.median(alone));
        figure("slow calls", slowCalls());
        figure("their connections", hosts.held());
        figure("threads", threads());
        figure("sockets", sockets());
        newcomers();
        look("heap MB");
        long start = System.nanoTime();
        mailer.close();
        figure("close s", (System.nanoTime() - start) / 1e9);
        figure("threads left", Math.max(0, threads() - before));
    }

    private List<Double> rates(String when) throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            rate();
        }
        List<Double> rates = new ArrayList<>();
        for (int round = 0; round < session.rounds(); round++) {
            rates.add(rate());
            session.progress("%s: %.0f mails/s", when, rates.get(round));
        }
        return rates;
    }

    /** Mails a second from the first submission until all are at the sink. */
    private double rate() throws Exception {
        int mails = session.amount(MAILS);
        long before = sink.count();
        long start = System.nanoTime();
        Submitters.send(mailer, mails, inTurns(SlowHosts.recipients("h", HEALTHY), Mails::rawEmail));
        sink.await(before + mails);
        return mails * 1e9 / (System.nanoTime() - start);
    }

    private static Supplier<Email> inTurns(List<String> recipients, Function<String, Email> email) {
        AtomicInteger next = new AtomicInteger();
        return () -> email.apply(recipients.get(next.getAndIncrement() % recipients.size()));
    }

    /** Submits two mails to each slow domain and waits until as many keep us waiting as there will be. */
    private void slowDown() throws Exception {
        int slow = slowDomains(session);
        long start = System.nanoTime();
        Submitters.send(mailer, 2 * slow, inTurns(SlowHosts.recipients("s", slow), Mails::note));
        long end = System.currentTimeMillis() + MOST_MILLIS;
        long since = System.currentTimeMillis();
        double most = 0;
        while (System.currentTimeMillis() < end && System.currentTimeMillis() - since < STEADY_MILLIS) {
            if (slowCalls() > most) {
                most = slowCalls();
                since = System.currentTimeMillis();
            }
            Thread.sleep(100);
        }
        figure("s until all hang", (since - System.currentTimeMillis()) / 1e3 + (System.nanoTime() - start) / 1e9);
        session.progress("%.0f calls are slow, %d connections", most, hosts.held());
        look("heap MB");
    }

    /** How long the first mail takes to domains that nobody has sent to; the patience where it does not come through. */
    private void newcomers() throws Exception {
        double took = 0;
        for (int i = 0; i < NEWCOMERS && took < NEWCOMER_SECONDS; i++) {
            long before = sink.count();
            long start = System.nanoTime();
            mailer.send(Mails.rawEmail("jo@h" + (HEALTHY + i) + ".test"));
            took = 0;
            while (sink.count() == before && took < NEWCOMER_SECONDS) {
                Thread.sleep(2);
                took = (System.nanoTime() - start) / 1e9;
            }
            figure("newcomer s", Math.min(took, NEWCOMER_SECONDS));
        }
    }

    private double slowCalls() {
        return meters.get("mailer.calls.slow").gauge().value();
    }

    /** Notes the highest figure of a name. */
    private void look(String name) {
        System.gc();
        heap = Math.max(
                heap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6);
        figure(name, heap);
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    private static long sockets() throws IOException {
        long count = 0;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path fd : open) {
                count += Files.isSymbolicLink(fd)
                                && Files.readSymbolicLink(fd).toString().startsWith("socket:")
                        ? 1
                        : 0;
            }
        }
        return count;
    }

    private static void figure(String name, double value) {
        System.out.println(String.format(
                Locale.ROOT, "FIGURE %d %s | %f", Runtime.version().feature(), name, value));
    }
}
