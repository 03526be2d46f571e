// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * Kills a process that sends mail while its events are told to two live endpoints and a dead one: every event of every mail that was
 * accepted reaches each live one, and repeats have the same id and the same bytes.
 */
final class Kills {
    private final Path folder;
    private final int kills;
    private final int most;

    /** @param most how many requests a process may make before it is killed */
    Kills(Path folder, int kills, int most) {
        this.folder = folder;
        this.kills = kills;
        this.most = most;
    }

    void run() throws Exception {
        Path ids = folder.resolve("accepted");
        Random random = new Random(42);
        try (Receiver one = new Receiver();
                Receiver two = new Receiver()) {
            List<Receiver> live = List.of(one, two);
            for (int i = 0; i < kills; i++) {
                Process child = start(ids, live, 1_000_000, 0);
                try {
                    int wanted = one.got.size() + 1 + random.nextInt(most);
                    Rig.until("it works", () -> one.got.size() >= wanted);
                } finally {
                    child.destroyForcibly().waitFor();
                }
            }
            // what the victims had in hand comes back when their claims have ended, which are an hour later long over
            Process last = start(ids, live, 1, 60);
            try {
                Rig.until("all is told", () -> {
                    Set<String> accepted = Set.copyOf(Files.readAllLines(ids));
                    return missing(one, accepted).isEmpty()
                            && missing(two, accepted).isEmpty();
                });
            } finally {
                last.destroyForcibly().waitFor();
            }

            assertThat(Files.readAllLines(ids)).hasSizeGreaterThan(kills);
            for (Receiver receiver : live) {
                assertOneIdForEachEvent(receiver);
            }
        }
    }

    private static void assertOneIdForEachEvent(Receiver receiver) {
        Map<String, Set<String>> bodies = receiver.got.stream()
                .collect(Collectors.groupingBy(
                        Receiver.Got::id, Collectors.mapping(Receiver.Got::text, Collectors.toSet())));
        assertThat(bodies.values()).allMatch(texts -> texts.size() == 1);
        Map<String, Set<String>> told = receiver.got.stream()
                .collect(Collectors.groupingBy(Kills::event, Collectors.mapping(Receiver.Got::id, Collectors.toSet())));
        assertThat(told.values()).allMatch(same -> same.size() == 1);
    }

    private static String event(Receiver.Got got) {
        return JsonMapper.shared().readTree(got.body()).at("/data/event_id").asString();
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

    private Process start(Path ids, List<Receiver> live, int mails, int laterMinutes) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KillChild.class.getName(),
                folder.resolve("ledger.db").toString(),
                ids.toString(),
                String.valueOf(mails),
                String.valueOf(laterMinutes)));
        live.forEach(receiver -> command.add(receiver.url()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
