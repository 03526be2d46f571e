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
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The snippets of the document, with the libraries that receivers use, unchanged. Needs node, npm and npm's registry. */
@Tag("peers")
@Timeout(300)
class PublishedVerifiersTest {
    private static final Pattern SNIPPET = Pattern.compile("```js\\n(.*?)```", Pattern.DOTALL);

    @Test
    void what_is_sent_is_verified_by_the_snippets_of_the_document() throws Exception {
        Path folder = Files.createDirectories(Path.of("target", "verifiers"));
        install(folder);
        Files.writeString(folder.resolve("snippets.mjs"), snippets());
        try (InputStream script = PublishedVerifiersTest.class.getResourceAsStream("verify.mjs")) {
            Files.copy(script, folder.resolve("verify.mjs"), StandardCopyOption.REPLACE_EXISTING);
        }
        Secret secret = SigningSecret.generate(new Random(7));
        KeyPair pair = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        String key = Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded());
        ProcessBuilder node = new ProcessBuilder("node", "verify.mjs")
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        node.environment().put("WEBHOOK_SECRET", secret.reveal());
        node.environment()
                .put(
                        "POSTAL_KEY",
                        Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()));
        Process process = node.start();
        try (BufferedReader out =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                Rig rig = new Rig(b -> b.postalKey(Secret.of(key)))) {
            String url = out.readLine();
            Webhooks.Created made = rig.webhooks()
                    .create(
                            Rig.TENANT,
                            WebhookOptions.to(url).types(EventType.SENT).build(),
                            secret);
            String id = made.endpoint().id();
            rig.send("grüße@example.org");
            JsonNode first = JsonMapper.shared().readTree(out.readLine());
            rig.webhooks().rotate(Rig.TENANT, id, null);
            rig.send("jo@example.org");
            JsonNode rotated = JsonMapper.shared().readTree(out.readLine());
            rig.webhooks()
                    .update(
                            Rig.TENANT,
                            id,
                            before -> before.toBuilder()
                                    .format(WebhookFormat.POSTAL)
                                    .build());
            rig.send("al@example.org");
            JsonNode postal = JsonMapper.shared().readTree(out.readLine());

            for (JsonNode answer : List.of(first, rotated)) {
                for (String snippet : List.of("standardWebhook", "svixWebhook")) {
                    assertThat(answer.path(snippet).asString()).as(snippet).isEqualTo("email.sent");
                    assertThat(answer.path(snippet + "Altered").asString())
                            .as(snippet)
                            .isEqualTo("refused");
                }
                assertThat(answer.path("postal").asBoolean(true))
                        .as("another format has no signature of this kind")
                        .isFalse();
            }
            assertThat(postal.path("postal").asBoolean(false)).isTrue();
            assertThat(postal.path("postalAltered").asBoolean(true)).isFalse();
        } finally {
            process.destroyForcibly();
        }
    }

    /** The very text that readers copy. */
    private static String snippets() throws Exception {
        String document = Files.readString(Path.of("..", "..", "docs", "webhooks.md"));
        List<String> snippets =
                SNIPPET.matcher(document).results().map(found -> found.group(1)).toList();
        assertThat(snippets).hasSize(2);
        return String.join("\n", snippets);
    }

    private static void install(Path folder) throws Exception {
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
    }
}
