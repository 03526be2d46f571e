// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against Postfix's smtp-sink, which counts what it gets. */
@Tag("peers")
class SmtpSinkTest {
    private static final Path SINK = Path.of("/usr/sbin/smtp-sink");
    private static final int MAILS = 200;

    @Test
    void two_hundred_mails_arrive_over_a_few_connections() throws Exception {
        assumeThat(SINK).as("package postfix").exists();
        Path counted = Files.createTempFile("smtp-sink", ".txt");
        int port = freePort();
        Process sink = start(port, counted);
        for (int more = 0; more < 5 && !listens(sink, port); more++) {
            // another program has taken the port meanwhile
            port = freePort();
            sink = start(port, counted);
        }
        ExecutorService executor = Executors.newFixedThreadPool(8);
        try {
            assertThat(sink.isAlive()).as(Files.readString(counted)).isTrue();
            try (Transport transport = Clients.of("smtp://127.0.0.1:" + port + "?connections=4")) {
                List<Future<Outcomes>> sent = new ArrayList<>();
                for (int i = 0; i < MAILS; i++) {
                    sent.add(executor.submit(() -> Clients.send(transport, TestMail.ofSize(10_000))));
                }
                for (Future<Outcomes> one : sent) {
                    assertThat(one.get(60, TimeUnit.SECONDS).only().kind()).isEqualTo(Kind.ACCEPTED);
                }
            }
            // it prints the counters when it sees a connection end, which may be after we have closed ours
            await().atMost(Clients.PATIENCE)
                    .untilAsserted(() ->
                            assertThat(lastLine(counted)).contains("quit=4").contains("mesg=" + MAILS));
        } finally {
            executor.shutdownNow();
            sink.destroy();
            assertThat(sink.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        Files.delete(counted);
    }

    private static String lastLine(Path counters) throws IOException {
        String all = Files.readString(counters);
        return all.substring(Math.max(0, all.lastIndexOf("sess=")));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Process start(int port, Path counted) throws IOException {
        // as the user that runs the test: it has no need of root's rights, but insists on a user when it has them
        List<String> command = new ArrayList<>(List.of(SINK.toString(), "-c"));
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("-u", "nobody"));
        }
        command.addAll(List.of("127.0.0.1:" + port, "100"));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(counted.toFile())
                .start();
    }

    /** Waits until it listens; false when it has ended instead. */
    private static boolean listens(Process sink, int port) throws InterruptedException {
        while (!sink.waitFor(20, TimeUnit.MILLISECONDS)) {
            if (listens(port)) {
                return true;
            }
        }
        return false;
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
