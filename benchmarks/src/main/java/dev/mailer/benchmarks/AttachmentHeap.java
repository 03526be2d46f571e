// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.Attachment;
import dev.mailer.api.Email;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.smtp.dkim.DkimAlgorithm;
import dev.mailer.smtp.dkim.DkimPrivateKey;
import dev.mailer.smtp.dkim.DkimSigner;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The heap that a mail with an attachment of 25 MB takes from its submission to the sink's last reply, over one connection, with DKIM: what is live
 * after a full collection, looked at without a pause meanwhile, beyond what is live before. The process has less heap than the attachment has bytes,
 * so that no copy of it could hide between two looks.
 */
final class AttachmentHeap implements Benchmark {
    private static final int SIZE = 25_000_000;
    private static final String HEAP = "-Xmx22m";
    private static final Pattern FIGURE = Pattern.compile("FIGURE ([^|]+) \\| (\\S+)");

    @Override
    public void run(Session session) throws Exception {
        SmtpSink sink = SmtpSink.start(session);
        Ledger ledger = new Ledger.Maker(session).create("sqlite", "attachment");
        Path file = session.scratch().resolve("attachment.bin");
        fill(file);
        Process child = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        HEAP,
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        ledger.url(),
                        String.valueOf(sink.port()),
                        file.toString(),
                        String.valueOf(session.rounds())))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Programs.remember(session, child.pid());
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (child.waitFor() != 0) {
            throw new IOException("the mailer with " + HEAP + " ended with " + child.exitValue());
        }
        sink.await(session.rounds() + 1);
        Figures figures = new Figures();
        for (Matcher figure = FIGURE.matcher(said); figure.find(); ) {
            figures.add("one connection", figure.group(1), Double.parseDouble(figure.group(2)));
        }
        figures.print("attachment-heap: a mail with 25 MB from a file, SQLite, DKIM, " + HEAP);
        session.result("attachment-heap", figures.median("one connection", Child.MORE), "<", 4);
    }

    private static void fill(Path file) throws IOException {
        Random random = new Random(1);
        byte[] block = new byte[100_000];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < SIZE / block.length; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        }
    }

    /** The mailer, in a process of its own; each mail has another attachment, so that the ledger keeps each. */
    static final class Child {
        static final String MORE = "MiB more";

        private Child() {}

        /** {@code LEDGER PORT FILE ROUNDS} */
        public static void main(String[] args) throws Exception {
            Ledger ledger = new Ledger("sqlite", args[0]);
            Path file = Path.of(args[2]);
            int rounds = Integer.parseInt(args[3]);
            try (MailerEngine mailer = Mailers.builder()
                            .transport("smtp://127.0.0.1:" + args[1] + "?tls=never&connections=1")
                            .store(ledger.url())
                            .install(DkimSigner.plugin(dkim -> dkim.key(
                                    "example.com",
                                    "bench",
                                    DkimPrivateKey.generate(DkimAlgorithm.RSA).toPem())))
                            .build();
                    java.sql.Connection look = ledger.connect()) {
                mailer.send(Mails.composedEmail());
                Ledger.awaitSettled(look);
                for (int i = 0; i < rounds; i++) {
                    round(mailer, look, file, i);
                }
            }
            System.out.flush();
            System.exit(0);
        }

        private static void round(MailerEngine mailer, java.sql.Connection look, Path file, int number)
                throws Exception {
            try (RandomAccessFile other = new RandomAccessFile(file.toFile(), "rw")) {
                other.seek(number);
                other.write(~number);
            }
            double idle = live();
            Peak peak = new Peak();
            long start = System.nanoTime();
            mailer.send(Email.builder()
                    .from("Shop <shop@example.com>")
                    .to("Jo <jo@" + Mails.DOMAIN + ">")
                    .subject("Your catalogue")
                    .text("Please find it attached.")
                    .attach(Attachment.of(file))
                    .build());
            double accepting = peak.next();
            long accepted = System.nanoTime();
            Ledger.awaitSettled(look);
            double sending = peak.next();
            peak.end();
            long sent = Ledger.sent(look);
            if (sent != number + 2) {
                throw new IllegalStateException((number + 2) + " submitted, but " + sent + " sent");
            }
            figure("MiB idle", idle);
            figure("MiB more while accepted", accepting - idle);
            figure("MiB more while sent", sending - idle);
            figure(MORE, Math.max(accepting, sending) - idle);
            figure("looks", peak.looks);
            figure("s to accept", (accepted - start) / 1e9);
            figure("s to send", (System.nanoTime() - accepted) / 1e9);
        }

        private static void figure(String name, double value) {
            System.out.println(String.format(Locale.ROOT, "FIGURE %s | %f", name, value));
        }

        /** MiB that a full collection leaves, without what is allocated since it ended. */
        private static double live() {
            System.gc();
            return ManagementFactory.getMemoryPoolMXBeans().stream()
                            .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
                            .mapToLong(pool -> pool.getCollectionUsage().getUsed())
                            .sum()
                    / 1048576.0;
        }

        /** Collects and looks again and again. */
        private static final class Peak {
            private final Thread thread = new Thread(this::look, "peak");
            private volatile boolean ended;
            private double highest;
            private int looks;

            Peak() {
                thread.setDaemon(true);
                thread.start();
            }

            private void look() {
                while (!ended) {
                    double now = live();
                    synchronized (this) {
                        highest = Math.max(highest, now);
                        looks++;
                    }
                }
            }

            /** The highest since the last time. */
            synchronized double next() {
                double was = highest;
                highest = 0;
                return was;
            }

            void end() throws InterruptedException {
                ended = true;
                thread.join();
            }
        }
    }
}
