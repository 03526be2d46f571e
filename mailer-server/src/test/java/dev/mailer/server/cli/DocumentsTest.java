// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Secret;
import dev.mailer.server.config.SettingNames;
import dev.mailer.server.config.Settings;
import dev.mailer.server.config.SettingsReader;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documents list is what there is, and the other way round. */
class DocumentsTest {
    private static final Path DOCUMENTS = Path.of("..", "docs");
    private static final String CODE = "`([^`]+)`";

    @TempDir
    private Path folder;

    private static List<MatchResult> found(String pattern, String text) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .toList();
    }

    private static String document(String name) throws IOException {
        return Files.readString(DOCUMENTS.resolve(name));
    }

    @Test
    void every_setting_is_in_the_table_in_its_order() throws IOException {
        List<String> documented = found("^\\| " + CODE + " \\| [^|]*\\|", document("configuration.md")).stream()
                .map(row -> row.group(1).replace("NAME", "*"))
                .toList();

        assertThat(documented).isEqualTo(SettingNames.ALL);
    }

    @Test
    void every_command_is_in_the_table_in_its_order() throws IOException {
        String help = new Shell(folder).run("--help").out();
        List<String> documented = found("^\\| `mailer ([a-z]+)[^|]*\\|", document("cli.md")).stream()
                .map(row -> row.group(1))
                .toList();

        assertThat(found("^  ([a-z]+) ", help.substring(help.indexOf("Commands:"))).stream()
                        .map(line -> line.group(1)))
                .containsExactlyElementsOf(documented);
    }

    @Test
    void every_meter_is_in_the_tables_with_its_kind_and_its_tags() throws Exception {
        Map<String, Set<String>> documented = documentedMeters(document("observability.md"));
        // Needs a transaction of a host's, which a server does not have.
        documented.remove("mailer_joined_total");
        // Needs the MX hosts of a domain.
        documented.remove("mailer_smtp_tls_total");

        Map<String, Set<String>> shown = new TreeMap<>();
        try (ScriptedSmtpServer peer = ScriptedSmtpServer.start();
                Installation installation = Installation.start(settings(peer), InstantSource.system())) {
            send(installation.url(), installation.firstKey());
            long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
            while (!shown.keySet().containsAll(documented.keySet()) && System.nanoTime() - end < 0) {
                shown = shownMeters(get(installation.url(), "/metrics", installation.firstKey()));
            }
        }

        assertThat(shown).isEqualTo(documented);
    }

    private Settings settings(ScriptedSmtpServer peer) throws IOException {
        return SettingsReader.read(
                null,
                Map.of(),
                Map.of(
                        "data",
                        folder.resolve("data").toString(),
                        "server.port",
                        "0",
                        "transport",
                        peer.uri(),
                        "transports.direct",
                        "mx:?dns=127.0.0.1",
                        "templates",
                        Files.createDirectory(folder.resolve("templates")).toString()));
    }

    /** By the name that Prometheus sees, the names of the tags. */
    private static Map<String, Set<String>> documentedMeters(String document) {
        int spans = document.indexOf("## Spans");
        Map<String, Set<String>> all = new TreeMap<>();
        String name = "^\\| `((?:mailer|http)\\.[a-z.]+)` ";
        for (MatchResult row : found(
                name + "\\| (counter|timer|summary|gauge|gauge, seconds) \\| ([^|]*)\\|",
                document.substring(0, spans))) {
            String suffix = switch (row.group(2)) {
                case "counter" -> "_total";
                case "timer", "gauge, seconds" -> "_seconds";
                default -> "";
            };
            all.put(row.group(1).replace('.', '_') + suffix, names(row.group(3)));
        }
        for (MatchResult row : found(name + "\\| ([^|]*)\\|", document.substring(spans))) {
            Set<String> tags = names(row.group(2));
            all.put(row.group(1).replace('.', '_') + "_active_seconds", tags);
            Set<String> ended = new TreeSet<>(tags);
            ended.add("error");
            all.put(row.group(1).replace('.', '_') + "_seconds", ended);
        }
        return all;
    }

    private static Set<String> names(String cell) {
        Set<String> names = new TreeSet<>();
        found(CODE, cell).forEach(code -> names.add(code.group(1)));
        return names;
    }

    private static Map<String, Set<String>> shownMeters(String scraped) {
        Map<String, Set<String>> all = new TreeMap<>();
        Matcher line = Pattern.compile("(?m)^((?:mailer|http)_[a-z_]+?)(?:_count|_sum)?(?:\\{(.*)})? \\S+$")
                .matcher(scraped);
        while (line.find()) {
            // A timer's greatest value comes after the timer; a gauge may be called so too.
            String timer = line.group(1).replaceFirst("_max$", "");
            String name = all.containsKey(timer) ? timer : line.group(1);
            Set<String> tags = all.computeIfAbsent(name, n -> new TreeSet<>());
            Stream.ofNullable(line.group(2))
                    .flatMap(labels -> found("(?:^|,)([a-z_]+)=\"", labels).stream())
                    .forEach(label -> tags.add(label.group(1)));
        }
        return all;
    }

    private static void send(URI server, Secret key) throws IOException, InterruptedException {
        HttpRequest request = request(server, "/v1/emails", key)
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"from\":\"a@example.com\",\"to\":\"b@example.com\",\"subject\":\"s\",\"text\":\"t\"}"))
                .build();
        assertThat(exchange(request).statusCode()).isEqualTo(200);
    }

    private static String get(URI server, String path, Secret key) throws IOException, InterruptedException {
        return exchange(request(server, path, key).build()).body();
    }

    private static HttpRequest.Builder request(URI server, String path, Secret key) {
        return HttpRequest.newBuilder(server.resolve(path)).header("Authorization", "Bearer " + key.reveal());
    }

    private static HttpResponse<String> exchange(HttpRequest request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
