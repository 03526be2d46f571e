// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.crash;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A {@link CrashChild} from its start to its violent end. */
final class Victim implements AutoCloseable {
    private final Process process;
    private final BufferedWriter input;
    private final Promises promises;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Thread reader;

    private Victim(Process process, Promises promises) {
        this.process = process;
        this.promises = promises;
        this.input = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        this.reader = new Thread(this::read, "victim-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** @param stop where it ends by itself, {@code POINT:n}, or {@code -} */
    static Victim start(CrashChild.Settings s, String stop, Path log, Promises promises) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx192m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashChild.class.getName(),
                        s.store(),
                        Integer.toString(s.sinkPort()),
                        s.name(),
                        Long.toString(s.lease().toMillis()),
                        Integer.toString(s.maxUnsettled()),
                        stop)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new Victim(process, promises);
    }

    /** Waits for the mailer to run; false when the process ended before. */
    boolean awaitReady() throws InterruptedException {
        return ready.await(60, TimeUnit.SECONDS) && process.isAlive();
    }

    void submit(List<Promises.Mail> mails) {
        try {
            for (Promises.Mail mail : mails) {
                input.write(mail.key() + " " + mail.policy() + "\n");
            }
            input.flush();
        } catch (IOException e) {
            // it stopped by itself; what it did not accept is submitted again
        }
    }

    /** Waits for its end at most so long. */
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Kills it, hears its last words, and takes back what it did not accept. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
            reader.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        promises.takeBack();
    }

    private void read() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                String[] words = line.split(" ", 3);
                switch (words[0]) {
                    case "READY" -> ready.countDown();
                    case "ACCEPTED" -> promises.kept(words[1], words[2].split(" ", -1)[0]);
                    case "REFUSED" -> promises.refused(words[1], words[2]);
                    default -> promises.refused("-", line);
                }
            }
        } catch (IOException e) {
            // killed
        } finally {
            ready.countDown();
        }
    }
}
