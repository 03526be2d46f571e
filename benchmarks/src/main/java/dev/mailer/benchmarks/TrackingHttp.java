// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.tracking.TrackingDurability;
import io.javalin.Javalin;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pixel and the redirect under wrk, with events stored in SQLite, beside nginx's one-point GIF and a bare Javalin handler in the
 * same process: answered at once, where what the store cannot take is dropped and counted, and answered when the event is committed. wrk takes
 * part of the same cores.
 */
final class TrackingHttp implements Benchmark {
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");
    private static final Pattern P99 = Pattern.compile("99%\\s+([\\d.]+)(us|ms|s)");
    private static final byte[] GIF =
            Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");
    /** Hits of one delivery beyond a number are not stored, so they are spread over more deliveries than are remembered. */
    private static final int MAILS = 60;

    /** A server of ours and the requests for it. */
    private record Ours(String name, int port, MeterRegistry meters, Path pixels, Path links) {
        double count(String meter) {
            return meters.find(meter).counters().stream()
                    .mapToDouble(Counter::count)
                    .sum();
        }
    }

    @Override
    public void run(Session session) throws Exception {
        Ours buffered = ours(session, TrackingDurability.BUFFERED);
        Ours committed = ours(session, TrackingDurability.COMMITTED);
        Javalin bare = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.jetty.host = "127.0.0.1";
            config.jetty.port = 0;
            config.routes.get(
                    "/t/o/{token}", ctx -> ctx.contentType("image/gif").result(GIF));
        });
        bare.start();
        session.closing(bare::stop);
        int nginx = nginx(session);
        Figures figures = new Figures();
        for (int round = -1; round < session.rounds(); round++) {
            boolean counts = round >= 0;
            wrk(session, figures, counts, "nginx", nginx, buffered.pixels);
            wrk(session, figures, counts, "bare", bare.port(), buffered.pixels);
            for (Ours ours : List.of(buffered, committed)) {
                counted(session, figures, counts, ours, "pixel", ours.pixels);
                counted(session, figures, counts, ours, "redirect", ours.links);
            }
        }
        for (String row : List.of("pixel, buffered", "redirect, buffered", "pixel, committed", "redirect, committed")) {
            figures.addRatios(row, "nginx", "req/s", "to nginx");
            figures.addRatios(row, "bare", "p99 ms", "p99 to bare");
        }
        figures.print("tracking-http: wrk -t1 -c50");
        session.result("tracking-pixel", figures.median("pixel, buffered", "to nginx"), ">=", 0.3);
        session.result("tracking-pixel-p99", figures.median("pixel, buffered", "p99 to bare"), "<=", 3);
        session.result("tracking-redirect", figures.median("redirect, buffered", "to nginx"), ">=", 0.3);
    }

    private static Ours ours(Session session, TrackingDurability durability) throws Exception {
        String name = durability.name().toLowerCase(Locale.ROOT);
        MeterRegistry meters = new SimpleMeterRegistry();
        TrackedMails mails = TrackedMails.send(
                session,
                "sqlite:" + session.scratch().resolve(name + ".db"),
                durability,
                meters,
                session.amount(MAILS));
        return new Ours(
                name,
                mails.serve(session).port(),
                meters,
                script(session, name + "-pixels", mails.pixels()),
                script(session, name + "-links", mails.links()));
    }

    private static void counted(Session session, Figures figures, boolean counts, Ours ours, String what, Path script)
            throws Exception {
        String row = what + ", " + ours.name;
        double stored = ours.count("mailer.tracking.hits");
        double dropped = ours.count("mailer.tracking.dropped");
        wrk(session, figures, counts, row, ours.port, script);
        if (counts) {
            figures.add(row, "stored", ours.count("mailer.tracking.hits") - stored);
            figures.add(row, "dropped", ours.count("mailer.tracking.dropped") - dropped);
        }
    }

    /** Asks for one address after the other. */
    private static Path script(Session session, String name, List<String> addresses) throws IOException {
        Path list = Files.write(session.scratch().resolve(name), addresses);
        return Files.writeString(
                session.scratch().resolve(name + ".lua"),
                "local all = {}\ninit = function() for line in io.lines('" + list
                        + "') do all[#all + 1] = wrk.format('GET', line) end end\nlocal i = 0\n"
                        + "request = function() i = i % #all + 1; return all[i] end\n");
    }

    private static int nginx(Session session) throws Exception {
        int port = Programs.freePort();
        Path folder = session.scratch();
        Path config = Files.writeString(
                folder.resolve("nginx.conf"),
                "daemon off; worker_processes 2; pid " + folder + "/nginx.pid; error_log " + folder
                        + "/nginx.err crit;\nevents { worker_connections 1024; }\nhttp { access_log off;"
                        + " keepalive_requests 1000000; server { listen 127.0.0.1:" + port
                        + "; location / { empty_gif; } } }\n");
        Path log = folder.resolve("nginx.log");
        Process process = Programs.start(
                session, List.of("nginx", "-c", config.toString(), "-p", folder.toString()), log.toFile());
        session.closing(() -> Programs.end(process, "TERM"));
        Programs.awaitPort(port, log);
        return port;
    }

    private static void wrk(Session session, Figures figures, boolean counts, String row, int port, Path script)
            throws Exception {
        String output = Programs.call(
                session.scratch(),
                List.of(
                        "wrk",
                        "-t1",
                        "-c50",
                        "-d" + (session.isQuick() ? 3 : 5) + "s",
                        "--latency",
                        "-s",
                        script.toString(),
                        "http://127.0.0.1:" + port + "/"));
        Matcher rate = RATE.matcher(output);
        Matcher p99 = P99.matcher(output);
        if (!rate.find() || !p99.find() || output.contains("Non-2xx")) {
            throw new IOException("wrk says: " + output);
        }
        if (counts) {
            double unit = p99.group(2).equals("us") ? 1e-3 : p99.group(2).equals("ms") ? 1 : 1e3;
            figures.add(row, "req/s", Double.parseDouble(rate.group(1)));
            figures.add(row, "p99 ms", Double.parseDouble(p99.group(1)) * unit);
        }
    }
}
