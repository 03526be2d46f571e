// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.home;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;

/**
 * Where the server of a folder answers, for the command line on the same machine.
 *
 * @param startedAt when its process began, which tells it from a later one with the same number, as the first of every container has
 */
public record RunningServer(URI url, long pid, Instant startedAt) {
    /** The platform counts the start of a process from that of the machine, which moves when the clock is set, by more when it is set far. */
    private static final Duration SLACK = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** A server in this process. */
    public static RunningServer here(URI url) {
        ProcessHandle process = ProcessHandle.current();
        return new RunningServer(
                url, process.pid(), process.info().startInstant().orElse(Instant.EPOCH));
    }

    /** False when the process that wrote this is gone. One that began at another time counts while a server answers at the URL. */
    public boolean isAlive() {
        ProcessHandle process =
                ProcessHandle.of(pid).filter(ProcessHandle::isAlive).orElse(null);
        return process != null
                && (process.info().startInstant().map(this::isStart).orElse(true) || isServing());
    }

    private boolean isServing() {
        HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
        try {
            HttpRequest question = HttpRequest.newBuilder(url.resolve("/health/live"))
                    .timeout(PATIENCE)
                    .build();
            HttpResponse<String> answer = http.send(question, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 && answer.body().contains("\"status\":\"up\"");
        } catch (IOException | IllegalArgumentException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean isStart(Instant start) {
        return Duration.between(startedAt, start).abs().compareTo(SLACK) < 0;
    }
}
