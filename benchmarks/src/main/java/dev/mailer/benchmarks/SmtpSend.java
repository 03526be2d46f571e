// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.benchmarks.SmtpClients.Angus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Finished mails over connections that are kept, to a sink: our SMTP client, {@code smtp-source} and Jakarta Mail in turns, without an engine.
 */
final class SmtpSend implements Benchmark {
    private static final String RATE = "mails/s";
    private static final String CPU = "client CPU ms/mail";
    private static final String TO_SOURCE = "ratio to " + SmtpClients.SOURCE;
    private static final String CPU_RATIO = "CPU ratio to Angus";
    /** As the transport is when nobody says otherwise. */
    private static final String DEFAULT = "ours, pipelining=offered";

    private static final String CHAINED = "ours, pipelining=chained";
    private static final String COMPOSED = "ours, composed each time";
    private static final int SMALL = 10_000;
    private static final int LARGE = 100_000;
    private static final long PAUSE = 300;

    @Override
    public void run(Session session) throws Exception {
        SmtpSink sink = SmtpSink.start(session);
        for (int connections : List.of(4, 16)) {
            small(session, sink, connections);
        }
        if (session.wants("smtp-100k")) {
            large(session, sink);
        }
        if (session.wants("smtp-distance")) {
            distance(session, sink);
        }
    }

    private static void small(Session session, SmtpSink sink, int connections) throws Exception {
        List<SmtpClients.Client> clients = new ArrayList<>();
        clients.add(SmtpClients.source(session, sink.port(), connections, SMALL));
        clients.add(SmtpClients.ours(session, sink.port(), connections, "pipelining=chained", Mails.raw()));
        clients.add(SmtpClients.ours(session, sink.port(), connections, "pipelining=offered", Mails.raw()));
        clients.add(SmtpClients.ours(session, sink.port(), connections, "pipelining=never", Mails.raw()));
        if (connections == 16) {
            clients.add(SmtpClients.composed(session, sink.port(), connections, COMPOSED));
        }
        for (Angus way : Angus.values()) {
            if (connections == 4 || way != Angus.AS_SHIPPED) {
                clients.add(SmtpClients.angus(session, sink.port(), connections, way));
            }
        }
        Figures figures = rounds(session, sink, clients, session.amount(20_000));
        figures.print(connections + " connections, mails of 10 kB");
        session.result("smtp-" + connections, figures.median(DEFAULT, TO_SOURCE), ">=", 1);
        if (connections == 16) {
            session.result("smtp-chained", figures.median(CHAINED, TO_SOURCE), ">=", 1.25);
            session.result("smtp-composed", figures.median(COMPOSED, TO_SOURCE), ">=", 0.75);
        }
        if (connections == 4) {
            session.result("smtp-angus", figures.median(CHAINED, "ratio to " + Angus.TUNED.title), ">=", 5);
            session.result("smtp-angus-cpu", figures.median(CHAINED, CPU_RATIO), "<=", 0.1);
            session.result(
                    "smtp-angus-as-shipped", figures.median(CHAINED, "ratio to " + Angus.AS_SHIPPED.title), ">=", 60);
        }
    }

    private static void large(Session session, SmtpSink sink) throws Exception {
        byte[] mail = Mails.raw(LARGE);
        Figures figures = rounds(
                session,
                sink,
                List.of(
                        SmtpClients.source(session, sink.port(), 4, LARGE),
                        SmtpClients.ours(session, sink.port(), 4, "pipelining=chained", mail),
                        SmtpClients.ours(session, sink.port(), 4, "pipelining=offered", mail)),
                session.amount(6_000));
        figures.print("4 connections, mails of 100 kB");
        session.result("smtp-100k", figures.median(DEFAULT, TO_SOURCE), ">=", 0.9);
    }

    private static void distance(Session session, SmtpSink sink) throws Exception {
        try (DistantPeer peer = new DistantPeer(sink.port(), 15)) {
            Figures figures = rounds(
                    session,
                    sink,
                    List.of(
                            SmtpClients.ours(session, peer.port(), 1, "pipelining=never", Mails.raw()),
                            SmtpClients.ours(session, peer.port(), 1, "pipelining=chained", Mails.raw())),
                    session.amount(100));
            figures.print("1 connection over a round trip of 30 ms, mails of 10 kB");
            session.result("smtp-distance", figures.median(CHAINED, "ratio to ours, pipelining=never"), ">=", 2.5);
        }
    }

    private static Figures rounds(Session session, SmtpSink sink, List<SmtpClients.Client> clients, int mails)
            throws Exception {
        for (SmtpClients.Client client : clients) {
            send(sink, client, Math.min(mails, client.most() / 2));
        }
        Figures figures = new Figures();
        for (int round = 0; round < session.rounds(); round++) {
            List<SmtpClients.Client> order = new ArrayList<>(clients);
            Collections.rotate(order, -round);
            for (SmtpClients.Client client : order) {
                int count = Math.min(mails, client.most());
                double cpu = Cpu.self();
                double seconds = send(sink, client, count);
                figures.add(client.name(), RATE, count / seconds);
                figures.add(client.name(), CPU, (Cpu.self() - cpu) * 1e3 / count);
                session.progress("%s: %.0f mails/s", client.name(), count / seconds);
                Thread.sleep(PAUSE);
            }
        }
        List<String> bases = clients.stream().map(SmtpClients.Client::name).toList();
        for (String ours : List.of(DEFAULT, CHAINED)) {
            for (String base : bases) {
                if (!base.equals(ours)) {
                    figures.addRatios(ours, base, RATE, "ratio to " + base);
                }
            }
            if (bases.contains(Angus.TUNED.title)) {
                figures.addRatios(ours, Angus.TUNED.title, CPU, CPU_RATIO);
            }
        }
        if (bases.contains(COMPOSED)) {
            figures.addRatios(COMPOSED, SmtpClients.SOURCE, RATE, TO_SOURCE);
        }
        return figures;
    }

    /** Seconds until the sink has them all. */
    private static double send(SmtpSink sink, SmtpClients.Client client, int mails) throws Exception {
        long before = sink.count();
        long start = System.nanoTime();
        client.send(mails);
        double seconds = (System.nanoTime() - start) / 1e9;
        sink.await(before + mails);
        if (sink.count() != before + mails) {
            throw new IOException("the sink has more mails than were sent");
        }
        return seconds;
    }
}
