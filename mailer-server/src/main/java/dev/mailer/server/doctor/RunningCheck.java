// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.doctor;

import dev.mailer.server.config.Settings;
import dev.mailer.server.home.RunningServer;
import dev.mailer.server.home.ServerHome;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** Whether a server runs on the folder and is ready, or who else has its port. */
final class RunningCheck {
    private static final String NAME = "server";

    private final Settings.Server settings;
    private final ServerHome home;
    private final Duration limit;

    RunningCheck(Settings.Server settings, ServerHome home, Duration limit) {
        this.settings = settings;
        this.home = home;
        this.limit = limit;
    }

    List<Finding> run() throws IOException, InterruptedException {
        RunningServer running = home.runningServer();
        return List.of(running == null ? port() : ready(running));
    }

    private Finding ready(RunningServer running) throws InterruptedException {
        HttpClient http = HttpClient.newBuilder().connectTimeout(limit).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(running.url() + "/health/ready"))
                .timeout(limit)
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200
                    ? Finding.ok(NAME, "runs at " + running.url() + " and is ready")
                    : Finding.problem(
                            NAME, running.url() + " is not ready: " + answer.body(), "see its log, which says why");
        } catch (IOException e) {
            return Finding.problem(
                    NAME,
                    "process " + running.pid() + " runs, and " + running.url() + " does not answer: " + e,
                    "see its log; end it and start it again");
        }
    }

    private Finding port() {
        if (settings.port() == 0) {
            return Finding.ok(NAME, "none runs on this folder; it would take a free port");
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(settings.host(), settings.port()), (int) limit.toMillis());
            return Finding.problem(
                    NAME,
                    "another program listens on " + settings.host() + " port " + settings.port(),
                    "end it, or set server.port; a Mailer server of another folder is such a program too");
        } catch (ConnectException e) {
            return Finding.ok(NAME, "none runs on this folder; port " + settings.port() + " is free");
        } catch (IOException e) {
            return Finding.problem(
                    NAME, "server.host: " + settings.host() + ": " + e.getMessage(), "set an address of this machine");
        }
    }
}
