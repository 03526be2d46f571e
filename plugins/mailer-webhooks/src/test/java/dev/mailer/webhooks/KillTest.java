// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** {@code kill -9} anywhere: every event of every mail that was accepted is told, and repeats have the same id. */
@Tag("slow")
@Timeout(600)
class KillTest {
    private static final int KILLS = 8;

    @Test
    void no_event_is_lost(@TempDir Path folder) throws Exception {
        Path ids = folder.resolve("accepted");
        Random random = new Random(42);
        try (Receiver receiver = new Receiver()) {
            for (int i = 0; i < KILLS; i++) {
                Process child = start(folder, ids, receiver, 1_000_000);
                int before = receiver.got.size();
                int wanted = before + 1 + random.nextInt(200);
                Rig.until("it works", () -> receiver.got.size() >= wanted);
                child.destroyForcibly().waitFor();
            }
            Process last = start(folder, ids, receiver, 1);
            Set<String> accepted = Set.copyOf(Files.readAllLines(ids));
            // what the last victim had in hand comes back when its claims end
            Awaitility.await("all is told")
                    .atMost(Duration.ofMinutes(4))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> missing(receiver, accepted).isEmpty());
            last.destroyForcibly().waitFor();

            assertThat(accepted).hasSizeGreaterThan(KILLS);
            Map<String, Set<String>> bodies = receiver.got.stream()
                    .collect(Collectors.groupingBy(
                            Receiver.Got::id, Collectors.mapping(Receiver.Got::text, Collectors.toSet())));
            assertThat(bodies.values()).allMatch(texts -> texts.size() == 1);
        }
    }

    private static List<String> missing(Receiver receiver, Set<String> accepted) {
        Set<String> told = receiver.got.stream()
                .map(g -> JsonMapper.shared().readTree(g.body()))
                .map(json -> json.at("/data/email_id").asString() + " "
                        + json.at("/type").asString())
                .collect(Collectors.toSet());
        return accepted.stream()
                .flatMap(id -> List.of(id + " email.queued", id + " email.sent").stream())
                .filter(event -> !told.contains(event))
                .toList();
    }

    private static Process start(Path folder, Path ids, Receiver receiver, int mails) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KillChild.class.getName(),
                        folder.resolve("ledger.db").toString(),
                        ids.toString(),
                        receiver.url(),
                        String.valueOf(mails))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
