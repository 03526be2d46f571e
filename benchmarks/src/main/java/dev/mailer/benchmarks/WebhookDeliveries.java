// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import com.sun.net.httpserver.HttpServer;
import dev.mailer.api.EventType;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.webhooks.WebhookOptions;
import dev.mailer.webhooks.WebhooksPlugin;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** How many events a second reach a receiver on this machine, while another endpoint is dead and is tried again. */
final class WebhookDeliveries implements Benchmark {
    private static final int ENDPOINTS = 4;

    @Override
    public void run(Session session) throws Exception {
        Ledger ledger = new Ledger.Maker(session).create("sqlite", "webhooks");
        int mails = session.amount(10_000);
        AtomicInteger got = new AtomicInteger();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService threads = Executors.newFixedThreadPool(16);
        receiver.setExecutor(threads);
        receiver.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
            got.incrementAndGet();
        });
        receiver.start();
        int dead;
        try (ServerSocket free = new ServerSocket(0)) {
            dead = free.getLocalPort();
        }
        Figures figures = new Figures();
        try {
            WebhooksPlugin first = plugin();
            try (MailerEngine unused = builder(ledger).install(first).build()) {
                create(first, "http://127.0.0.1:" + dead + "/");
                for (int i = 0; i < ENDPOINTS; i++) {
                    create(first, "http://127.0.0.1:" + receiver.getAddress().getPort() + "/" + i);
                }
            }
            for (int round = 0; round < session.rounds(); round++) {
                // nobody is told yet, so that it is not sending that is measured
                try (MailerEngine mailer = builder(ledger).build()) {
                    for (int i = 0; i < mails; i++) {
                        mailer.send(Mails.rawEmail("w" + round + "-" + i + "@" + Mails.DOMAIN));
                    }
                    while (mailer.depths().stream().anyMatch(d -> d.ready() + d.sending() > 0)) {
                        Thread.sleep(500);
                    }
                }
                got.set(0);
                try (MailerEngine unused = builder(ledger).install(plugin()).build()) {
                    figures.add("webhooks", "deliveries/s", rate(got, mails * ENDPOINTS));
                }
            }
        } finally {
            receiver.stop(0);
            threads.shutdownNow();
        }
        figures.print("webhooks: events to " + ENDPOINTS + " endpoints, another one dead");
        session.result("webhooks", figures.median("webhooks", "deliveries/s"), ">=", 2_000);
    }

    private static MailerBuilder builder(Ledger ledger) {
        return Mailers.builder().transport("null:").store(ledger.url()).closeTimeout(Duration.ofSeconds(5));
    }

    private static WebhooksPlugin plugin() {
        return WebhooksPlugin.builder().allow(List.of("127.0.0.0/8")).build();
    }

    private static void create(WebhooksPlugin webhooks, String url) {
        webhooks.webhooks()
                .create("default", WebhookOptions.to(url).types(EventType.SENT).build(), null);
    }

    private static double rate(AtomicInteger got, int all) throws InterruptedException {
        long began = System.nanoTime();
        for (int i = 0; got.get() < all; i++) {
            if (i > 60_000) {
                throw new IllegalStateException("only " + got.get() + " of " + all + " were told");
            }
            Thread.sleep(5);
        }
        return all * 1e9 / (System.nanoTime() - began);
    }
}
