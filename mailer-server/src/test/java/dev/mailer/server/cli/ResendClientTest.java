// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Secret;
import dev.mailer.server.config.Settings;
import dev.mailer.server.config.SettingsReader;
import dev.mailer.server.http.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Resend's own client for Node, unchanged, against a whole server. Needs node, npm and npm's registry. */
@Tag("peers")
class ResendClientTest {
    private static final String PACKAGE = "resend@6.38.0";

    @Test
    void the_official_client_works_unchanged(@TempDir Path folder) throws Exception {
        Path node = Files.createDirectories(Path.of("target", "resend-client"));
        run(node, Map.of(), List.of("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", ".", PACKAGE));
        try (InputStream script = ResendClientTest.class.getResourceAsStream("resend.mjs")) {
            Files.copy(script, node.resolve("resend.mjs"), StandardCopyOption.REPLACE_EXISTING);
        }
        Settings settings = SettingsReader.read(
                null, Map.of(), Map.of("data", folder.resolve("home").toString(), "server.port", "0"));

        JsonNode out;
        try (Installation installation = Installation.start(settings, InstantSource.system())) {
            Secret key = installation.firstKey();
            String output = run(
                    node,
                    Map.of("RESEND_BASE_URL", installation.url() + "/v1", "RESEND_API_KEY", key.reveal()),
                    List.of("node", "resend.mjs"));
            out = Json.MAPPER.readTree(output);
        }

        String id = out.at("/sent/data/id").asString();
        assertThat(out.at("/sent/error").isNull()).as(out.toString()).isTrue();
        assertThat(out.at("/again/data/id").asString()).isEqualTo(id);
        assertThat(out.at("/conflict/error/statusCode").asInt()).isEqualTo(409);
        assertThat(out.at("/conflict/error/name").asString()).isEqualTo("invalid_idempotent_request");
        assertThat(out.at("/read/data/id").asString()).isEqualTo(id);
        assertThat(out.at("/read/data/from").asString()).isEqualTo("Shop <shop@example.com>");
        assertThat(out.at("/read/data/html").asString()).isEqualTo("<p>Hi</p>");
        assertThat(out.at("/read/data/reply_to/0").asString()).isEqualTo("re@example.org");
        assertThat(out.at("/read/data/tags/0/value").asString()).isEqualTo("receipt");
        assertThat(out.at("/large/data/id").asString(""))
                .as(out.at("/large").toString())
                .isNotEmpty();
        assertThat(out.at("/batch/data/data").size()).isEqualTo(2);
        assertThat(out.at("/batchAgain/data")).isEqualTo(out.at("/batch/data"));
        assertThat(out.at("/batchConflict/error/name").asString()).isEqualTo("invalid_idempotent_request");
        assertThat(out.at("/permissive/data/data").size()).isEqualTo(1);
        assertThat(out.at("/permissive/data/errors/0/index").asInt()).isEqualTo(1);
        assertThat(out.at("/bad/error/statusCode").asInt()).isEqualTo(422);
        assertThat(out.at("/bad/error/name").asString()).isEqualTo("validation_error");
        assertThat(out.at("/bad/error/message").asString()).contains("`to`");
        assertThat(out.at("/missing/error/name").asString()).isEqualTo("missing_required_field");
        assertThat(out.at("/unknown/error/name").asString()).isEqualTo("not_found");
        assertThat(out.at("/wrongKey/error/name").asString()).isEqualTo("invalid_api_key");
        assertThat(out.at("/list/data/data").size()).isEqualTo(2);
        assertThat(out.at("/list/data/has_more").asBoolean()).isTrue();
        assertThat(out.at("/next/data/data").size()).isEqualTo(2);
        assertThat(out.at("/next/data/data/1/id").asString()).isEqualTo(id);
        assertThat(out.at("/scheduled/data/last_event").asString()).isEqualTo("scheduled");
        assertThat(out.at("/cancelled/data/object").asString()).isEqualTo("email");
        assertThat(out.at("/afterwards/data/last_event").asString()).isEqualTo("canceled");
    }

    private static String run(Path folder, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(120, TimeUnit.SECONDS))
                .as("%s ends", command)
                .isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
