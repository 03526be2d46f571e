// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.Email;
import dev.mailer.api.Mailer;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.MemoryTransport;
import dev.mailer.server.config.Settings;
import dev.mailer.server.home.ApiKeys;
import dev.mailer.server.http.MailerServer;
import dev.mailer.tracking.PublicUrls;
import dev.mailer.tracking.TrackingPlugin;
import io.javalin.Javalin;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pixel and the redirect under wrk, each with its event stored in SQLite, beside nginx's one-point GIF and a bare Javalin handler in the
 * same process. wrk takes part of the same cores.
 */
final class TrackingHttp implements Benchmark {
    private static final Pattern PIXEL = Pattern.compile("/t/o/[A-Za-z0-9_-]+\\.gif");
    private static final Pattern LINK = Pattern.compile("/t/c/[A-Za-z0-9_-]+");
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");
    private static final Pattern P99 = Pattern.compile("99%\\s+([\\d.]+)(us|ms|s)");
    private static final byte[] GIF =
            Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");
    /** Hits of one delivery beyond a number are not stored, so they are spread over many. */
    private static final int MAILS = 20;

    @Override
    public void run(Session session) throws Exception {
        MemoryTransport transport =
                new MemoryTransport("memory", MAILS * Email.MAX_RECIPIENTS, 1L << 30, InstantSource.system());
        MailerEngine mailer = session.closing(Mailers.builder()
                .store("sqlite:" + session.scratch().resolve("mail.db"))
                .transport(transport)
                .install(TrackingPlugin.builder()
                        .publicUrls(PublicUrls.of("https://mail.example.com"))
                        .opens(true)
                        .clicks(true)
                        .build())
                .build());
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        MailerServer server = session.closing(MailerServer.start(
                new Settings.Server("127.0.0.1", 0, 1 << 20, Duration.ofSeconds(5), Set.of()),
                mailer,
                new ApiKeys(session.scratch().resolve("keys.json"), InstantSource.system()),
                meters));
        Javalin bare = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.jetty.host = "127.0.0.1";
            config.jetty.port = 0;
            config.routes.get("/o/{token}", ctx -> ctx.contentType("image/gif").result(GIF));
        });
        bare.start();
        session.closing(bare::stop);
        int nginx = nginx(session);
        List<String> bodies = sent(mailer, transport, session.amount(MAILS));
        Path pixels = script(session, "pixels", PIXEL, bodies);
        Path links = script(session, "links", LINK, bodies);
        Path one = Files.writeString(session.scratch().resolve("one.lua"), "wrk.path = '/o/abc123.gif'\n");
        Figures figures = new Figures();
        for (int round = -1; round < session.rounds(); round++) {
            boolean counts = round >= 0;
            wrk(session, figures, counts, "nginx", nginx, one);
            wrk(session, figures, counts, "bare", bare.port(), one);
            wrk(session, figures, counts, "pixel", server.port(), pixels);
            wrk(session, figures, counts, "redirect", server.port(), links);
        }
        figures.addRatios("pixel", "nginx", "req/s", "to nginx");
        figures.addRatios("redirect", "nginx", "req/s", "to nginx");
        figures.addRatios("pixel", "bare", "p99 ms", "p99 to bare");
        figures.print("tracking-http: wrk -t1 -c50, " + bodies.size() + " deliveries");
        session.result("tracking-pixel", figures.median("pixel", "to nginx"), ">=", 0.3);
        session.result("tracking-pixel-p99", figures.median("pixel", "p99 to bare"), "<=", 3);
        session.result("tracking-redirect", figures.median("redirect", "to nginx"), ">=", 0.3);
    }

    private static List<String> sent(Mailer mailer, MemoryTransport transport, int mails) {
        for (int i = 0; i < mails; i++) {
            String[] to = new String[Email.MAX_RECIPIENTS];
            for (int r = 0; r < to.length; r++) {
                to[r] = "r" + r + "@d" + i + ".example";
            }
            mailer.await(
                    mailer.send(mail -> mail.from("shop@example.com")
                                    .bcc(to)
                                    .subject("News")
                                    .html("<a href=\"https://shop.example/\">x</a>"))
                            .id(),
                    Duration.ofMinutes(2));
        }
        // undone is what quoted-printable made of the links
        return transport.sent().stream()
                .map(mail -> mail.content().asUtf8().replace("=\r\n", "").replace("=3D", "="))
                .toList();
    }

    /** Asks for one address after the other. */
    private static Path script(Session session, String name, Pattern address, List<String> bodies) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String body : bodies) {
            Matcher found = address.matcher(body);
            if (found.find()) {
                lines.add(found.group());
            }
        }
        if (lines.isEmpty()) {
            throw new IllegalStateException("no mail has an address such as " + address);
        }
        Path list = Files.write(session.scratch().resolve(name), lines);
        return Files.writeString(
                session.scratch().resolve(name + ".lua"),
                "local paths = {}\nfor line in io.lines('" + list + "') do paths[#paths + 1] = line end\nlocal i = 0\n"
                        + "request = function() i = i % #paths + 1; return wrk.format('GET', paths[i]) end\n");
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
                        "-d" + (session.isQuick() ? 1 : 5) + "s",
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
