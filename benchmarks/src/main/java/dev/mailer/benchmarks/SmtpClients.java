// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.core.internal.mime.MessageComposer;
import dev.mailer.smtp.SmtpTransportFactory;
import dev.mailer.testkit.SampleSubmission;
import dev.mailer.testkit.TestContext;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import javax.net.SocketFactory;

/** The clients that are compared: each sends mails of one size over so many connections, which it keeps. */
final class SmtpClients {
    static final String SOURCE = "smtp-source";

    /** How Jakarta Mail is used. */
    enum Angus {
        /** A message of two parts is built for each mail, as applications do. */
        AS_SHIPPED("Angus as shipped"),
        /** The same over sockets that do not wait (TCP_NODELAY). */
        TUNED("Angus, TCP_NODELAY"),
        /** As tuned, with a message that was parsed once and is never touched: only its octets are written. */
        FINISHED("Angus, TCP_NODELAY, finished bytes");

        final String title;

        Angus(String title) {
            this.title = title;
        }
    }

    private static final String SENDER = "shop@example.com";
    private static final String RECIPIENT = "jo@" + Mails.DOMAIN;
    /** Mails that one thread hands over at once. */
    private static final int BATCH = 100;

    private SmtpClients() {}

    /** One of them. */
    interface Client {
        String name();

        /** Returns when the server has taken them all. */
        void send(int mails) throws Exception;

        /** Most mails in one round: enough where each takes its time. */
        default int most() {
            return Integer.MAX_VALUE;
        }
    }

    /** Postfix's client in C, of one thread. */
    static Client source(Session session, int port, int connections, int size) {
        return new Client() {
            @Override
            public String name() {
                return SOURCE;
            }

            @Override
            public void send(int mails) throws Exception {
                Programs.call(
                        session.scratch(),
                        List.of(
                                SOURCE,
                                "-d",
                                "-s",
                                String.valueOf(connections),
                                "-l",
                                String.valueOf(size),
                                "-m",
                                String.valueOf(mails),
                                "-f",
                                SENDER,
                                "-t",
                                RECIPIENT,
                                "127.0.0.1:" + port));
            }
        };
    }

    static Client ours(Session session, int port, int connections, String option, byte[] mail) {
        List<Submission> batch = Collections.nCopies(BATCH, SampleSubmission.of(Bytes.wrap(mail), RECIPIENT));
        return ours(session, port, connections, option, "ours, " + option, n -> batch.subList(0, n));
    }

    /** Each mail is composed from text and HTML for itself. */
    static Client composed(Session session, int port, int connections, String name) {
        MessageComposer composer = new MessageComposer();
        return ours(session, port, connections, "pipelining=offered", name, n -> {
            List<Submission> batch = new ArrayList<>(n);
            for (int i = 0; i < n; i++) {
                batch.add(ComposedMail.of(composer, Mails.composedEmail()));
            }
            return batch;
        });
    }

    private static Client ours(
            Session session,
            int port,
            int connections,
            String option,
            String name,
            IntFunction<List<Submission>> batches) {
        Transport transport = session.closing(new SmtpTransportFactory()
                .create(
                        TransportUri.parse("smtp://127.0.0.1:" + port + "?maxMessagesPerConnection=1000000&connections="
                                + connections + "&" + option),
                        TestContext.create()));
        Threads threads = session.closing(new Threads(connections));
        return new Client() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void send(int mails) throws Exception {
                AtomicInteger left = new AtomicInteger(mails);
                AtomicInteger taken = new AtomicInteger();
                threads.run(() -> {
                    for (int n = take(left, BATCH); n > 0; n = take(left, BATCH)) {
                        transport.send(batches.apply(n), new Counting(taken));
                    }
                });
                if (taken.get() != mails) {
                    throw new IOException(taken + " of " + mails + " mails were taken");
                }
            }
        };
    }

    /** Jakarta Mail, in one of the ways it is used. */
    static Client angus(Session session, int port, int connections, Angus way) throws Exception {
        Properties properties = new Properties();
        properties.put("mail.smtp.host", "127.0.0.1");
        properties.put("mail.smtp.port", String.valueOf(port));
        properties.put("mail.smtp.localhost", "client.example.com");
        properties.put("mail.smtp.from", SENDER);
        if (way != Angus.AS_SHIPPED) {
            properties.put("mail.smtp.socketFactory", new NoDelay());
        }
        jakarta.mail.Session mailSession = jakarta.mail.Session.getInstance(properties);
        List<jakarta.mail.Transport> connected = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            jakarta.mail.Transport transport = mailSession.getTransport("smtp");
            transport.connect();
            connected.add(session.closing(transport));
        }
        Address[] recipients = {new InternetAddress(RECIPIENT)};
        Threads threads = session.closing(new Threads(connections));
        return new Client() {
            @Override
            public String name() {
                return way.title;
            }

            @Override
            public int most() {
                return way == Angus.AS_SHIPPED ? 100 : 5_000;
            }

            @Override
            public void send(int mails) throws Exception {
                AtomicInteger left = new AtomicInteger(mails);
                AtomicInteger thread = new AtomicInteger();
                threads.run(() -> {
                    jakarta.mail.Transport transport = connected.get(thread.getAndIncrement());
                    MimeMessage message = new MimeMessage(mailSession, new ByteArrayInputStream(Mails.raw()));
                    while (take(left, 1) > 0) {
                        if (way != Angus.FINISHED) {
                            message = Mails.jakarta(mailSession);
                        }
                        transport.sendMessage(message, recipients);
                    }
                });
            }
        };
    }

    private static int take(AtomicInteger left, int most) {
        return Math.max(0, Math.min(most, left.getAndAdd(-most)));
    }

    /** What each thread of a client does. */
    private interface Work {
        void run() throws MessagingException;
    }

    /** As many threads as connections. */
    private static final class Threads implements AutoCloseable {
        private final int count;
        private final ExecutorService executor;

        Threads(int count) {
            this.count = count;
            this.executor = Executors.newFixedThreadPool(count);
        }

        void run(Work work) throws Exception {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                running.add(executor.submit(() -> {
                    work.run();
                    return null;
                }));
            }
            for (Future<?> future : running) {
                future.get();
            }
        }

        @Override
        public void close() {
            executor.shutdownNow();
        }
    }

    private record Counting(AtomicInteger taken) implements OutcomeSink {
        @Override
        public boolean mayComplete(Submission submission) {
            return true;
        }

        @Override
        public void report(Submission submission, Recipient recipient, Outcome outcome) {
            if (outcome.kind() == Outcome.Kind.ACCEPTED) {
                taken.incrementAndGet();
            }
        }
    }

    /** What Jakarta Mail has no property for. */
    private static final class NoDelay extends SocketFactory {
        @Override
        public Socket createSocket() throws IOException {
            Socket socket = new Socket();
            socket.setTcpNoDelay(true);
            return socket;
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            throw new IOException("not used");
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            throw new IOException("not used");
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            throw new IOException("not used");
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            throw new IOException("not used");
        }
    }
}
