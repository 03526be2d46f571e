// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.crash;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.Email;
import dev.mailer.api.MailerException;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.internal.engine.KillPoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The process that is killed: a mailer that accepts what its standard input names and says on its standard output what was
 * accepted. It ends when its input does, so that it does not outlive a test that was stopped.
 */
final class CrashChild {
    /** How many callers submit at once. */
    private static final int CALLERS = 8;

    private CrashChild() {}

    /**
     * What a mailer of these tests is built from.
     *
     * @param name how it calls itself to the sink
     */
    record Settings(String store, int sinkPort, String name, Duration lease, int maxUnsettled) {
        MailerBuilder mailer() {
            return Mailers.builder()
                    .transport("smtp://127.0.0.1:" + sinkPort + "?tls=never")
                    .store(store)
                    .hostName(name)
                    .nodeName(name)
                    .closeTimeout(Duration.ofSeconds(20))
                    .retry(r -> r.first(Duration.ofMillis(200)).longest(Duration.ofSeconds(1)))
                    .limits(l -> l.lease(lease).maxUnsettled(maxUnsettled));
        }
    }

    /**
     * Store, port of the sink, name, lease in milliseconds, most unsettled, and where to stop by itself: {@code POINT:n}, {@code POISON:key} or
     * {@code -}.
     */
    public static void main(String[] args) throws IOException {
        Settings settings = new Settings(
                args[0],
                Integer.parseInt(args[1]),
                args[2],
                Duration.ofMillis(Long.parseLong(args[3])),
                Integer.parseInt(args[4]));
        MailerBuilder builder = settings.mailer();
        String[] stop = args[5].split(":", -1);
        if (stop[0].equals("POISON")) {
            builder.install(poison(stop[1]));
        } else if (stop.length == 2) {
            stopAt(KillPoint.valueOf(stop[0]), Integer.parseInt(stop[1]));
        }
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        MailerEngine mailer = builder.build();
        out.println("READY");
        serve(mailer, out);
        mailer.close();
        out.println("CLOSED");
    }

    /** The n-th time that some thread comes by, the process is gone as if killed. */
    private static void stopAt(KillPoint point, int pass) {
        AtomicInteger passes = new AtomicInteger();
        KillPoint.hook(p -> {
            if (p == point && passes.incrementAndGet() == pass) {
                Runtime.getRuntime().halt(137);
            }
        });
    }

    /** The process does not survive preparing the mail of this key. */
    private static MailerPlugin poison(String key) {
        return MailerPlugin.of(
                "poison",
                context -> context.interceptor(draft -> {
                    if (("Order " + key).equals(draft.header("Subject"))) {
                        Runtime.getRuntime().halt(137);
                    }
                }));
    }

    private static void serve(MailerEngine mailer, PrintStream out) throws IOException {
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", -1);
            callers.execute(() -> submit(mailer, words[0], AmbiguityPolicy.valueOf(words[1]), out));
        }
        callers.shutdown();
    }

    private static void submit(MailerEngine mailer, String key, AmbiguityPolicy policy, PrintStream out) {
        try {
            MessageId id = mailer.send(mail(key, policy)).id();
            out.println("ACCEPTED " + key + " " + id + " " + policy);
        } catch (MailerException e) {
            out.println("REFUSED " + key + " " + e.getMessage());
        }
    }

    /** The mail of a key: every tenth has three recipients. */
    static Email mail(String key, AmbiguityPolicy policy) {
        int number = Integer.parseInt(key.substring(1));
        Email.Builder mail = Email.builder()
                .from("shop@example.com")
                .subject("Order " + key)
                .text("Your order " + key + " is on its way. ".repeat(number % 20))
                .idempotencyKey(key)
                .ambiguityPolicy(policy);
        int recipients = number % 10 == 0 ? 3 : 1;
        for (int i = 0; i < recipients; i++) {
            mail.to(key.toLowerCase(Locale.ROOT) + "@d" + (number + i) % 20 + ".example");
        }
        return mail.build();
    }
}
