// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.Email;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import java.sql.Connection;
import java.util.function.Supplier;

/** The CPU that the engine itself costs: submit, commit, claim, prepare, settle; SQLite, and a transport that does nothing. */
final class EngineCpu implements Benchmark {
    /** Most rounds before the first that counts. */
    private static final int WARM_UPS = 16;
    /** A long-lived process has compiled its code: rounds count once the compiler takes less than this part of their CPU. */
    private static final double SETTLED = 0.01;

    /** One object each, because a second one would be a new type to code that is compiled, which is then compiled again. */
    private static final Supplier<Email> RAW = Mails::rawEmail;

    private static final Supplier<Email> COMPOSED = Mails::composedEmail;

    @Override
    public void run(Session session) throws Exception {
        Ledger ledger = new Ledger.Maker(session).create("sqlite", "engine-cpu");
        int mails = session.amount(20_000);
        Figures figures = new Figures();
        try (MailerEngine mailer =
                        Mailers.builder().transport("null:").store(ledger.url()).build();
                Connection look = ledger.connect()) {
            warmUp(mailer, look, mails);
            for (int round = 0; round < session.rounds(); round++) {
                measure(mailer, look, mails, RAW, figures, "raw");
                measure(mailer, look, mails, COMPOSED, figures, "composed");
            }
        }
        figures.print("engine-cpu: " + mails + " mails of 10 kB to null:");
        session.result("engine-cpu", figures.median("raw", "process CPU us/mail"), "<", 200);
    }

    private static void warmUp(MailerEngine mailer, Connection look, int mails) throws Exception {
        double share = 1;
        int rounds = 0;
        while (rounds < WARM_UPS && share > SETTLED) {
            double cpu = Cpu.self();
            double compiler = Cpu.compiler();
            measure(mailer, look, mails, RAW, new Figures(), "warm-up");
            measure(mailer, look, mails, COMPOSED, new Figures(), "warm-up");
            share = (Cpu.compiler() - compiler) / (Cpu.self() - cpu);
            rounds++;
        }
        System.out.printf(
                "%nengine-cpu: after %d warm-ups of %d mails the compiler takes %.1f %% of the process's CPU%n",
                rounds, 2 * mails, 100 * share);
    }

    private static void measure(
            MailerEngine mailer, Connection look, int mails, Supplier<Email> email, Figures figures, String row)
            throws Exception {
        long start = System.nanoTime();
        double cpu = Cpu.self();
        double compiler = Cpu.compiler();
        double machine = Cpu.machine();
        Submitters.send(mailer, mails, email);
        Ledger.awaitSettled(look);
        double seconds = (System.nanoTime() - start) / 1e9;
        figures.add(row, "process CPU us/mail", (Cpu.self() - cpu) * 1e6 / mails);
        figures.add(row, "of it compiling", (Cpu.compiler() - compiler) * 1e6 / mails);
        figures.add(row, "mails/s", mails / seconds);
        figures.add(
                row,
                "others' share of the machine %",
                100 * Math.max(0, Cpu.machine() - machine - (Cpu.self() - cpu)) / seconds / Cpu.cores());
    }
}
