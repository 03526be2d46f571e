// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Mails to a sink, durably: submitted by 32 threads of this process, committed, sent over 16 connections and settled; against
 * Postfix relaying the same bytes. Cases alternate, and their order rotates from round to round.
 */
final class EndToEnd implements Benchmark {
    private static final String POSTFIX = "postfix";
    private static final String RATE = "end to end mails/s";
    private static final String MACHINE = "machine CPU ms/mail";
    /** What Postfix still does after its last mail is not to be counted for the next case. */
    private static final long PAUSE_AFTER_POSTFIX = 4_000;

    private static final long PAUSE = 500;

    @Override
    public void run(Session session) throws Exception {
        SmtpSink sink = SmtpSink.start(session);
        PostfixRelay postfix = PostfixRelay.start(session, sink);
        Ledger.Maker maker = new Ledger.Maker(session);
        List<SendingEngine.Case> cases = new ArrayList<>();
        cases.add(new ByPostfix(postfix, sink));
        List<String> stores = session.stores("e2e-", "cpu-");
        for (String kind : stores) {
            SendingEngine engine = session.closing(new SendingEngine(maker.create(kind, "e2e"), null, sink));
            cases.add(engine.of(kind, Mails::rawEmail));
            cases.add(engine.of(kind + " composed", Mails::composedEmail));
        }
        int mails = session.amount(8_000);
        for (SendingEngine.Case c : cases) {
            c.run(c.name().equals(POSTFIX) ? 500 : mails, new Figures());
            c.run(c.name().equals(POSTFIX) ? 500 : mails, new Figures());
        }
        Thread.sleep(PAUSE_AFTER_POSTFIX);
        Figures figures = new Figures();
        for (int round = 0; round < session.rounds(); round++) {
            List<SendingEngine.Case> order = new ArrayList<>(cases);
            Collections.rotate(order, -round);
            for (SendingEngine.Case c : order) {
                measure(session, c, mails, postfix, figures);
            }
        }
        for (SendingEngine.Case c : cases) {
            figures.addRatios(c.name(), POSTFIX, RATE, "ratio to Postfix");
            figures.addRatios(c.name(), POSTFIX, MACHINE, "machine CPU ratio");
            figures.addRatios(c.name(), POSTFIX, "own CPU ms/mail", "own CPU ratio");
        }
        figures.print("e2e: " + mails + " mails of 10 kB, one recipient each");
        session.say(
                "Postfix also receives each mail over SMTP (smtp-source, 20 sessions), which submitting in process saves;"
                        + " \"composed\" mails are given as text and HTML, not as finished MIME.\n"
                        + "\"own CPU\" is that of the processes taking part, the sink and smtp-source included; \"others\" is what"
                        + " the rest of the machine took, kernel threads included: machine CPU means little when it is not near 0.");
        for (String kind : stores) {
            boolean sqlite = kind.equals("sqlite");
            session.result("e2e-" + kind, figures.median(kind, "ratio to Postfix"), ">=", sqlite ? 6 : 4);
            session.result("cpu-" + kind, figures.median(kind, "machine CPU ratio"), "<=", sqlite ? 0.2 : 0.3);
        }
    }

    private static void measure(Session session, SendingEngine.Case c, int mails, PostfixRelay postfix, Figures figures)
            throws Exception {
        double machine = Cpu.machine();
        double own = Cpu.trees(postfix.pid());
        double self = Cpu.self();
        long start = System.nanoTime();
        c.run(mails, figures);
        double seconds = (System.nanoTime() - start) / 1e9;
        double ownTook = Cpu.trees(postfix.pid()) - own;
        double machineTook = Cpu.machine() - machine;
        figures.add(c.name(), RATE, mails / seconds);
        figures.add(c.name(), MACHINE, machineTook * 1e3 / mails);
        figures.add(c.name(), "own CPU ms/mail", ownTook * 1e3 / mails);
        figures.add(c.name(), "of it JVM", (Cpu.self() - self) * 1e3 / mails);
        double others = 100 * Math.max(0, machineTook - ownTook) / seconds / Cpu.cores();
        figures.add(c.name(), "others %", others);
        c.check();
        session.progress("%s: %.0f mails/s, others %.0f %% of the machine", c.name(), mails / seconds, others);
        Thread.sleep(c.name().equals(POSTFIX) ? PAUSE_AFTER_POSTFIX : PAUSE);
    }

    private record ByPostfix(PostfixRelay postfix, SmtpSink sink) implements SendingEngine.Case {
        @Override
        public String name() {
            return POSTFIX;
        }

        @Override
        public void run(int mails, Figures figures) throws Exception {
            long start = System.nanoTime();
            long before = sink.count();
            postfix.submit(mails);
            figures.add(POSTFIX, "accepted mails/s", mails * 1e9 / (System.nanoTime() - start));
            sink.await(before + mails);
        }
    }
}
