// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.shop.kill;

import dev.mailer.examples.shop.ShopApplication;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The shop in a process of its own, as a customer sees it: an address that takes orders, until it is killed. */
final class ShopProcess implements AutoCloseable {
    /** What Spring Boot logs when it takes requests. */
    private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+)");

    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();

    private ShopProcess(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "shop-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts it.
     *
     * @param name how it calls itself to the mail server
     * @param window the most mails that may be past their final dot and not settled
     */
    static ShopProcess start(String database, String mailServer, String name, int window) throws IOException {
        return new ShopProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "--server.port=0",
                        "--spring.main.banner-mode=off",
                        "--spring.datasource.url=" + database,
                        "--mailer.transport=" + mailServer,
                        "--mailer.host-name=" + name,
                        "--mailer.limits.max-unsettled=" + window,
                        "--mailer.limits.lease=2s")
                .redirectErrorStream(true)
                .start());
    }

    void awaitStart() {
        port.orTimeout(2, TimeUnit.MINUTES).join();
    }

    /** Orders: true when the shop said that it has the order. */
    boolean order(int number, String card) {
        URI address = URI.create(
                "http://127.0.0.1:" + port.join() + "/orders/" + number + "?email=jo@example.org&card=" + card);
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(Duration.ofMinutes(1))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false; // killed: nobody knows
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL: no hook runs, no buffer is flushed. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
        process.onExit().join();
    }

    private void read() {
        StringBuilder log = new StringBuilder();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                Matcher started = STARTED.matcher(line);
                if (started.find()) {
                    port.complete(Integer.valueOf(started.group(1)));
                }
                log.append(line).append('\n');
            }
        } catch (IOException e) {
            // killed
        }
        port.completeExceptionally(new IllegalStateException("the shop ended:\n" + log));
    }

    /** The shop and nothing else, but that it does not outlive a test that was stopped: it ends with its standard input. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) throws IOException {
            ShopApplication.main(args);
            while (System.in.read() >= 0) {
                // nothing is ever said
            }
            Runtime.getRuntime().halt(1);
        }
    }
}
