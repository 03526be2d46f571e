// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The public test corpora; tests that read them are skipped where they are absent. */
final class Corpora {
    private Corpora() {}

    static Path file(String name) {
        Path file = Path.of(System.getProperty("mailer.corpora", "no-corpora")).resolve(name);
        assumeTrue(Files.exists(file), "the corpus " + name + " is not there");
        return file;
    }

    static JsonNode json(String name) throws Exception {
        return JsonMapper.shared().readTree(Files.readAllBytes(file(name)));
    }

    static List<JsonNode> lines(String name) throws Exception {
        return Files.readAllLines(file(name)).stream()
                .map(line -> JsonMapper.shared().readTree(line))
                .toList();
    }
}
