// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import dev.mailer.api.Secret;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.SecretSource;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.TransportFactory;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.smtp.SmtpTransportFactory;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;

/** SMTP transports for tests, with a context of their own. */
final class Clients {
    /** Short enough for a test, long enough for a busy machine. */
    static final String FAST = "connectTimeout=5s&tlsTimeout=5s&readTimeout=5s&dotTimeout=5s&writeTimeout=5s";

    /** Made when a test first needs it, and once, because that takes its time. */
    static final class Shared {
        static final TestTls TLS = TestTls.localhost();

        private Shared() {}
    }

    static final Map<String, Secret> SECRETS = new ConcurrentHashMap<>();

    private Clients() {}

    static Transport of(String uri) {
        return of(new SmtpTransportFactory(), uri);
    }

    static Transport of(TransportFactory factory, String uri) {
        return factory.create(TransportUri.parse(uri), context(new Threads()));
    }

    static Transport of(Threads threads, String uri) {
        return new SmtpTransportFactory().create(TransportUri.parse(uri), context(threads));
    }

    static Transport trusting(TestTls tls, String uri) {
        return of(new SmtpTransportFactory(tls.clientContext()), uri);
    }

    static Outcomes send(Transport transport, Submission... submissions) {
        Outcomes outcomes = new Outcomes();
        send(transport, outcomes, submissions);
        return outcomes;
    }

    static void send(Transport transport, OutcomeSink outcomes, Submission... submissions) {
        transport.send(List.of(submissions), outcomes);
    }

    /** Makes daemon threads and remembers them. */
    static final class Threads implements ThreadFactory {
        private final List<Thread> made = new CopyOnWriteArrayList<>();

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, "mailer-test");
            thread.setDaemon(true);
            made.add(thread);
            return thread;
        }

        long alive() {
            return made.stream().filter(Thread::isAlive).count();
        }
    }

    private static TransportContext context(ThreadFactory threads) {
        return new TransportContext() {
            @Override
            public InstantSource clock() {
                return InstantSource.system();
            }

            @Override
            public RandomGenerator random() {
                return RandomGenerator.getDefault();
            }

            @Override
            public ThreadFactory threads() {
                return threads;
            }

            @Override
            public SecretSource secrets() {
                return SECRETS::get;
            }

            @Override
            public String hostName() {
                return "client.example.com";
            }
        };
    }
}
