// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.Email;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import java.sql.Connection;
import java.util.function.Supplier;

/** The CPU that the engine itself costs: submit, commit, claim, prepare, settle; SQLite, and a transport that does nothing. */
final class EngineCpu implements Benchmark {
    /** Rounds before the first that counts: a long-lived process has compiled its code, and that costs as much as the mails do. */
    private static final int WARM_UPS = 4;

    @Override
    public void run(Session session) throws Exception {
        Ledger ledger = new Ledger.Maker(session).create("sqlite", "engine-cpu");
        int mails = session.amount(20_000);
        Figures figures = new Figures();
        try (MailerEngine mailer =
                        Mailers.builder().transport("null:").store(ledger.url()).build();
                Connection look = ledger.connect()) {
            for (int i = 0; i < WARM_UPS; i++) {
                measure(mailer, look, mails, Mails::rawEmail, new Figures(), "warm-up");
                measure(mailer, look, mails, Mails::composedEmail, new Figures(), "warm-up");
            }
            for (int round = 0; round < session.rounds(); round++) {
                measure(mailer, look, mails, Mails::rawEmail, figures, "raw");
                measure(mailer, look, mails, Mails::composedEmail, figures, "composed");
            }
        }
        figures.print("engine-cpu: " + mails + " mails of 10 kB to null:");
        session.result("engine-cpu", figures.median("raw", "process CPU us/mail"), "<", 200);
    }

    private static void measure(
            MailerEngine mailer, Connection look, int mails, Supplier<Email> email, Figures figures, String row)
            throws Exception {
        long start = System.nanoTime();
        double cpu = Cpu.self();
        double machine = Cpu.machine();
        Submitters.send(mailer, mails, email);
        Ledger.awaitSettled(look);
        double seconds = (System.nanoTime() - start) / 1e9;
        figures.add(row, "process CPU us/mail", (Cpu.self() - cpu) * 1e6 / mails);
        figures.add(row, "mails/s", mails / seconds);
        figures.add(
                row,
                "others' share of the machine %",
                100 * Math.max(0, Cpu.machine() - machine - (Cpu.self() - cpu)) / seconds / Cpu.cores());
    }
}
