// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Postfix's {@code smtp-sink}, which accepts and forgets, and counts. */
final class SmtpSink implements AutoCloseable {
    private static final String COUNT = "mesg=";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Process process;
    private final Path output;
    private final int port;

    private SmtpSink(Process process, Path output, int port) {
        this.process = process;
        this.output = output;
        this.port = port;
    }

    static SmtpSink start(Session session) throws IOException, InterruptedException {
        int port = Programs.freePort();
        Path output = session.scratch().resolve("smtp-sink.out");
        Process process = Programs.start(
                session,
                Programs.as("nobody", List.of("smtp-sink", "-c", "-m", "2000", "127.0.0.1:" + port, "1000")),
                output.toFile());
        SmtpSink sink = new SmtpSink(process, output, port);
        session.closing(sink);
        Programs.awaitPort(port, output);
        return sink;
    }

    int port() {
        return port;
    }

    /** Messages so far. */
    long count() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(output.toFile(), "r")) {
            byte[] tail = new byte[(int) Math.min(200, file.length())];
            file.seek(file.length() - tail.length);
            file.readFully(tail);
            String text = new String(tail, StandardCharsets.US_ASCII);
            int at = text.lastIndexOf(COUNT);
            // The last number may be cut off while it is written; the one before it is whole.
            at = text.indexOf('\n', at) < 0 && text.indexOf('\r', at) < 0 && at > 0
                    ? Math.max(at, text.lastIndexOf(COUNT, at - 1))
                    : at;
            if (at < 0) {
                return 0;
            }
            int end = at + COUNT.length();
            while (end < text.length() && Character.isDigit(text.charAt(end))) {
                end++;
            }
            return Long.parseLong(text.substring(at + COUNT.length(), end));
        }
    }

    /** Waits until it has had this many. */
    void await(long messages) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (count() < messages) {
            if (System.nanoTime() > end) {
                throw new IOException("the sink has " + count() + " messages instead of " + messages);
            }
            Thread.sleep(5);
        }
    }

    @Override
    public void close() throws IOException {
        Programs.end(process, "TERM");
    }
}
