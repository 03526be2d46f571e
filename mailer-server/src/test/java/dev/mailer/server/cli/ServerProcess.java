// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.server.ServerMain;
import dev.mailer.server.http.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The program as its user starts it: {@code mailer serve} in a process of its own, on a free port. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern HEADER = Pattern.compile("-H '([^:]+): ([^']*)'");

    /** What it printed up to and with its last line of greeting. */
    final List<String> greeting = new ArrayList<>();

    final URI url;
    private final Process process;
    private final BufferedReader output;
    private final Path log;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    ServerProcess(Path data, String... settings) throws IOException {
        this.log = data.resolveSibling("server-" + System.nanoTime() + ".log");
        List<String> command = new ArrayList<>(List.of("serve", "--set", "log.level=debug"));
        if (Stream.of(settings).noneMatch(s -> s.startsWith("server.port="))) {
            command.addAll(List.of("--set", "server.port=0"));
        }
        for (String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        this.process =
                program("256m", data, command).redirectError(log.toFile()).start();
        this.output = process.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            greeting.add(line);
            if (line.startsWith("curl") || line.contains("as at the first start")) {
                break;
            }
        }
        if (greeting.isEmpty()) {
            throw new IOException("the server did not start: " + Files.readString(log));
        }
        this.url = URI.create(greeting.get(0).replaceFirst("Mailer runs at ", ""));
    }

    /** The program with a command, in a process of its own. */
    static ProcessBuilder program(String heap, Path data, List<String> command) {
        List<String> all = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:TieredStopAtLevel=1",
                // as the manifest of the server's jar says it; a class path has none
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ServerMain.class.getName()));
        all.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(all);
        builder.environment().keySet().removeIf(name -> name.startsWith("MAILER_"));
        builder.environment().put("MAILER_DATA", data.toString());
        return builder;
    }

    String curl() {
        return greeting.get(greeting.size() - 1);
    }

    String key() {
        Matcher key = Pattern.compile("mk_[A-Za-z0-9_-]{43}").matcher(String.join("\n", greeting));
        if (!key.find()) {
            throw new AssertionError("no key in " + greeting);
        }
        return key.group();
    }

    /** The request that a curl line of the greeting stands for. */
    static HttpRequest requestOf(String curl) {
        Matcher body = Pattern.compile(" -d '([^']*)'$").matcher(curl);
        Matcher address = Pattern.compile("^curl -sS (\\S+) ").matcher(curl);
        if (!body.find() || !address.find()) {
            throw new AssertionError("not the curl line that is expected: " + curl);
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address.group(1)))
                .POST(HttpRequest.BodyPublishers.ofString(body.group(1)));
        HEADER.matcher(curl).results().forEach(h -> request.header(h.group(1), h.group(2)));
        return request.build();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + key());
    }

    HttpRequest post(String path, String json) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return exchange(request(path).build());
    }

    JsonNode json(String path) throws IOException, InterruptedException {
        return Json.MAPPER.readTree(get(path).body());
    }

    HttpResponse<String> exchange(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpClient http() {
        return http;
    }

    /** Sends SIGTERM and returns the exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the server did not end");
        }
        return process.exitValue();
    }

    List<String> log() throws IOException {
        return Files.readAllLines(log);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        output.close();
    }
}
