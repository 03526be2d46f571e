// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.Secret;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The libraries that receivers use, unchanged. Needs node, npm and npm's registry. */
@Tag("peers")
@Timeout(300)
class PublishedVerifiersTest {
    @Test
    void svix_and_standardwebhooks_accept_what_is_sent() throws Exception {
        Path folder = Files.createDirectories(Path.of("target", "verifiers"));
        Process npm = new ProcessBuilder(
                        "npm",
                        "install",
                        "--silent",
                        "--no-audit",
                        "--no-fund",
                        "--prefix",
                        ".",
                        "svix@1.99.1",
                        "standardwebhooks@1.1.1")
                .directory(folder.toFile())
                .inheritIO()
                .start();
        assertThat(npm.waitFor(200, TimeUnit.SECONDS)).isTrue();
        assertThat(npm.exitValue()).isZero();
        try (InputStream script = PublishedVerifiersTest.class.getResourceAsStream("verify.mjs")) {
            Files.copy(script, folder.resolve("verify.mjs"), StandardCopyOption.REPLACE_EXISTING);
        }
        Secret secret = SigningSecret.generate(new Random(7));
        ProcessBuilder node = new ProcessBuilder("node", "verify.mjs")
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        node.environment().put("WEBHOOK_SECRET", secret.reveal());
        Process process = node.start();
        try (BufferedReader out =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                Rig rig = new Rig(b -> {})) {
            String url = out.readLine();
            Webhooks.Created made = rig.webhooks()
                    .create(
                            Rig.TENANT,
                            WebhookOptions.to(url).types(EventType.SENT).build(),
                            secret);
            rig.send("grüße@example.org");
            JsonNode first = JsonMapper.shared().readTree(out.readLine());
            rig.webhooks().rotate(Rig.TENANT, made.endpoint().id(), null);
            rig.send("jo@example.org");
            JsonNode rotated = JsonMapper.shared().readTree(out.readLine());

            for (JsonNode answer : List.of(first, rotated)) {
                assertThat(answer.path("standard").asString()).isEqualTo("email.sent");
                assertThat(answer.path("svix").asString()).isEqualTo("email.sent");
                assertThat(answer.path("altered").asString()).isEqualTo("refused");
            }
        } finally {
            process.destroyForcibly();
        }
    }
}
