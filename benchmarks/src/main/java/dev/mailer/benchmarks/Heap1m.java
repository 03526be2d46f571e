// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.List;

/** Whether a mailer with 256 MiB of heap opens a ledger with a million queued deliveries and works it off; 1 is yes. */
final class Heap1m implements Benchmark {
    private static final int MANY = 1_000_000;
    private static final int LEAST = 1_000;

    @Override
    public void run(Session session) throws Exception {
        Ledger ledger = new Ledger.Maker(session).create("sqlite", "heap");
        int many = session.isQuick() ? MANY / 5 : MANY;
        session.progress("loading %d deliveries", many);
        Bulk.prepare(ledger, "broadcast").add(many, 0, 1_000);
        Process child = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx256m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        ledger.url(),
                        session.isQuick() ? "5" : "30"))
                .redirectError(session.scratch().resolve("heap-1m.log").toFile())
                .start();
        Programs.remember(session, child.pid());
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        boolean ended = child.waitFor() == 0;
        long sent;
        try (Connection look = ledger.connect()) {
            sent = Ledger.sent(look);
        }
        session.say(
                "\nheap-1m: %d queued, -Xmx256m; %s%d in the ledger as sent; exit %d\n",
                many, said, sent, child.exitValue());
        session.result("heap-1m", ended && sent >= LEAST ? 1 : 0, ">=", 1);
    }

    /** The mailer, in a process of its own. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws Exception {
            Ledger ledger = new Ledger("sqlite", args[0]);
            int seconds = Integer.parseInt(args[1]);
            try (Connection look = ledger.connect()) {
                long start = System.nanoTime();
                long before = Ledger.sent(look);
                MailerEngine mailer =
                        Mailers.builder().transport("null:").store(ledger.url()).build();
                long opened = System.nanoTime();
                while (Ledger.sent(look) == before) {
                    Thread.sleep(2);
                }
                long first = System.nanoTime();
                for (int i = 0; i < seconds; i++) {
                    Thread.sleep(1_000);
                    mailer.send(Mails.rawEmail());
                    mailer.health();
                }
                double rate = (Ledger.sent(look) - before) * 1e9 / (System.nanoTime() - opened);
                mailer.close();
                long peak = ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(p -> p.getType() == MemoryType.HEAP)
                        .map(MemoryPoolMXBean::getPeakUsage)
                        .mapToLong(u -> u.getUsed())
                        .sum();
                System.out.printf(
                        "open after %d ms, first sent %d ms later, %.0f deliveries/s for %d s, peak heap %d MiB, ",
                        (opened - start) / 1_000_000, (first - opened) / 1_000_000, rate, seconds, peak >> 20);
            }
            System.out.flush();
            System.exit(0);
        }
    }
}
