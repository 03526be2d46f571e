// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.Email;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.MemoryTransport;
import dev.mailer.server.config.Settings;
import dev.mailer.server.home.ApiKeys;
import dev.mailer.server.http.MailerServer;
import dev.mailer.tracking.PublicUrls;
import dev.mailer.tracking.TrackingDurability;
import dev.mailer.tracking.TrackingPlugin;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Mails whose opens and clicks are tracked, sent, and the server that answers for them.
 *
 * @param pixels addresses of pixels, one of each delivery
 * @param links addresses of links, one of each delivery
 */
record TrackedMails(MailerEngine mailer, List<String> pixels, List<String> links) {
    private static final Pattern PIXEL = Pattern.compile("/t/o/[A-Za-z0-9_-]+\\.gif");
    private static final Pattern LINK = Pattern.compile("/t/c/[A-Za-z0-9_-]+");

    /** Each mail has as many recipients as there can be; the mailer is closed with the session. */
    static TrackedMails send(
            Session session, String store, TrackingDurability durability, MeterRegistry meters, int mails) {
        MemoryTransport transport =
                new MemoryTransport("memory", Email.MAX_RECIPIENTS, 1L << 30, InstantSource.system());
        List<String> pixels = new ArrayList<>();
        List<String> links = new ArrayList<>();
        MailerEngine mailer = session.closing(Mailers.builder()
                .store(store)
                .meters(meters)
                .transport(transport)
                .install(TrackingPlugin.builder()
                        .publicUrls(PublicUrls.of("https://mail.example.com"))
                        .opens(true)
                        .clicks(true)
                        .durability(durability)
                        .build())
                .build());
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
            // undone is what quoted-printable made of the links
            transport.sent().stream()
                    .map(mail -> mail.content().asUtf8().replace("=\r\n", "").replace("=3D", "="))
                    .forEach(body -> {
                        pixels.add(address(body, PIXEL));
                        links.add(address(body, LINK));
                    });
            // what is measured shall not have to share the heap with them
            transport.clear();
        }
        return new TrackedMails(mailer, pixels, links);
    }

    /** The server of the mailer, on a free port, until the session ends. */
    MailerServer serve(Session session) {
        return session.closing(MailerServer.start(
                new Settings.Server("127.0.0.1", 0, 1 << 20, Duration.ofSeconds(5), Set.of()),
                mailer,
                new ApiKeys(session.scratch().resolve("keys.json"), InstantSource.system()),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)));
    }

    private static String address(String body, Pattern address) {
        Matcher matcher = address.matcher(body);
        if (!matcher.find()) {
            throw new IllegalStateException("a mail has no address such as " + address);
        }
        return matcher.group();
    }
}
