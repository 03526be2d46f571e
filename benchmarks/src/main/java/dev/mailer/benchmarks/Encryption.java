// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.core.EncryptionKeys;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What encryption at rest costs: mails to a sink, submitted by 32 threads of this process, committed, sent over 16 connections and
 * settled; with a key against without one. Cases alternate, and their order rotates from round to round.
 */
final class Encryption implements Benchmark {
    private static final String RATE = "end to end mails/s";
    private static final String CPU = "own CPU ms/mail";
    private static final String RATIO = "ratio to plain";
    private static final int WARM_UP = 3;
    private static final long PAUSE = 500;

    @Override
    public void run(Session session) throws Exception {
        SmtpSink sink = SmtpSink.start(session);
        Ledger.Maker maker = new Ledger.Maker(session);
        List<String> stores = session.stores("encryption-");
        List<SendingEngine.Case> cases = new ArrayList<>();
        for (String kind : stores) {
            EncryptionKeys keys = EncryptionKeys.of(EncryptionKeys.generate(1).reveal());
            SendingEngine plain = session.closing(new SendingEngine(maker.create(kind, "plain"), null, sink));
            SendingEngine sealed = session.closing(new SendingEngine(maker.create(kind, "sealed"), keys, sink));
            cases.add(plain.of(kind, Mails::rawEmail));
            cases.add(sealed.of(sealed(kind), Mails::rawEmail));
        }
        int mails = session.amount(8_000);
        for (int i = 0; i < WARM_UP; i++) {
            for (SendingEngine.Case c : cases) {
                c.run(mails, new Figures());
            }
        }
        Figures figures = new Figures();
        for (int round = 0; round < session.rounds(); round++) {
            List<SendingEngine.Case> order = new ArrayList<>(cases);
            Collections.rotate(order, -round);
            for (SendingEngine.Case c : order) {
                measure(session, c, mails, figures);
            }
        }
        for (String kind : stores) {
            figures.addRatios(sealed(kind), kind, RATE, RATIO);
            figures.addRatios(sealed(kind), kind, CPU, "CPU ratio");
        }
        figures.print("encryption: " + mails + " mails of 10 kB, one recipient each");
        for (String kind : stores) {
            session.result("encryption-" + kind, figures.median(sealed(kind), RATIO), ">=", 0.85);
        }
    }

    private static String sealed(String kind) {
        return kind + " encrypted";
    }

    private static void measure(Session session, SendingEngine.Case c, int mails, Figures figures) throws Exception {
        double self = Cpu.self();
        long start = System.nanoTime();
        c.run(mails, figures);
        double seconds = (System.nanoTime() - start) / 1e9;
        figures.add(c.name(), RATE, mails / seconds);
        figures.add(c.name(), CPU, (Cpu.self() - self) * 1e3 / mails);
        c.check();
        session.progress("%s: %.0f mails/s", c.name(), mails / seconds);
        Thread.sleep(PAUSE);
    }
}
