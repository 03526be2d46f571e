// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.Address;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.PluginContext;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.SendInterceptor;
import dev.mailer.core.Mailers;
import dev.mailer.core.internal.mime.MailDraft;
import dev.mailer.tracking.PublicUrls;
import dev.mailer.tracking.TrackingPlugin;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** What it costs to track a page of marketing: 80 kB of HTML with 50 links, tokens and all. */
final class TrackingRewrite implements Benchmark {
    private static final int LINKS = 50;
    private static final int SIZE = 80_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** What was written here was not left out. */
    private volatile long characters;

    @Override
    public void run(Session session) throws Exception {
        String html = html();
        List<SendInterceptor> found = new ArrayList<>();
        session.closing(Mailers.builder()
                .transport("memory:")
                .install(MailerPlugin.of(
                        "tracking",
                        context -> TrackingPlugin.builder()
                                .publicUrls(PublicUrls.of("https://mail.example.com"))
                                .opens(true)
                                .clicks(true)
                                .build()
                                .configure(listening(context, found))))
                .build());
        SendInterceptor tracking = found.get(0);
        String tracked = edited(tracking, html, 1);
        if (tracked.split("/t/c/", -1).length != LINKS + 1 || !tracked.contains("/t/o/")) {
            throw new IllegalStateException("the page is not tracked");
        }
        Figures figures = new Figures();
        micros(tracking, html, 5);
        for (int round = 0; round < session.rounds(); round++) {
            figures.add("tracked", "CPU us", micros(tracking, html, session.isQuick() ? 1 : 3));
        }
        figures.print("tracking-rewrite: " + html.length() + " characters, " + LINKS + " links, " + tracked.length()
                + " characters tracked");
        session.result("tracking-rewrite", figures.median("tracked", "CPU us"), "<", 1_000);
    }

    private double micros(SendInterceptor tracking, String html, int seconds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        long cpu = THREADS.getCurrentThreadCpuTime();
        int n = 0;
        long length = 0;
        while (System.nanoTime() < end) {
            length += edited(tracking, html, ++n).length();
        }
        characters = length;
        return (THREADS.getCurrentThreadCpuTime() - cpu) / 1e3 / n;
    }

    private static String edited(SendInterceptor tracking, String html, int delivery) {
        Email email = Email.builder()
                .from("shop@example.com")
                .to("jo@example.org")
                .subject("News")
                .html(html)
                .build();
        MailDraft.Stamp stamp = new MailDraft.Stamp(
                new MessageId(UUID.fromString("01950000-0000-7000-8000-000000000001")),
                new Lane("default", "broadcast"),
                Instant.parse("2026-03-01T12:00:00Z"),
                "<1@example.com>");
        MailDraft draft =
                MailDraft.of(stamp, List.of(new Recipient(delivery, Address.parse("jo@example.org"), 1)), email, null);
        tracking.edit(draft);
        return Objects.requireNonNull(draft.html());
    }

    /** The context, which also remembers the interceptors that are added to it. */
    private static PluginContext listening(PluginContext context, List<SendInterceptor> found) {
        return (PluginContext) Proxy.newProxyInstance(
                PluginContext.class.getClassLoader(), new Class<?>[] {PluginContext.class}, (proxy, method, args) -> {
                    if (method.getName().equals("interceptor")) {
                        found.add((SendInterceptor) args[0]);
                    }
                    try {
                        return method.invoke(context, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** As tools for newsletters write it: tables, styles at each element, conditional comments. */
    private static String html() {
        StringBuilder html = new StringBuilder(
                        "<!doctype html>\n<html lang=\"en\"><head><style>a{color:#06c}</style></head>")
                .append("<body style=\"margin:0\">\n<!--[if mso]><table><tr><td><![endif]-->\n");
        for (int i = 0; i < LINKS; i++) {
            html.append(
                            "<table role=\"presentation\" width=\"600\" cellpadding=\"0\" cellspacing=\"0\"><tr><td style=\"padding:12px 24px\">")
                    .append("<a href=\"https://shop.example.com/products/")
                    .append(i)
                    .append(
                            "?ref=news&amp;size=m#details\" style=\"font:bold 16px/1.5 Arial,sans-serif;color:#0066cc\">Look</a></td></tr>");
            while (html.length() < (i + 1) * SIZE / LINKS) {
                html.append(
                        "<tr><td style=\"font:14px/1.5 Arial,sans-serif;color:#333333\">As good as ever.</td></tr>");
            }
            html.append("</table>\n");
        }
        return html.append("<!--[if mso]></td></tr></table><![endif]-->\n</body></html>\n")
                .toString();
    }
}
