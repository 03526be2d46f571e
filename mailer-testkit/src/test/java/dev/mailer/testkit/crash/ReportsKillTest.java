// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.EventStore.Positioned;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.Stores;
import dev.mailer.testkit.PostgresqlStores;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What was reported and decided is there once, with its event, whenever the process is killed; more often with {@code -Dcrash.kills=50}. */
class ReportsKillTest {
    private static final int KILLS = Integer.getInteger("crash.kills", 2);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private final List<String> said = new ArrayList<>();
    private final Random random = new Random(Long.getLong("crash.seed", System.nanoTime()));

    @Test
    void on_sqlite() throws Exception {
        run("sqlite:" + folder.resolve("ledger.db"));
    }

    @Test
    void on_postgresql() throws Exception {
        run(PostgresqlStores.nextUrl());
    }

    private void run(String store) throws Exception {
        for (int i = 0; i < KILLS; i++) {
            kill(store, "g" + i);
        }
        try (OutboxStore ledger = Stores.open(store, InstantSource.system())) {
            List<MailEvent> feed = feed(ledger);
            reports(feed);
            decisions(ledger, feed);
        }
        assertThat(said).hasSizeGreaterThan(KILLS * 10);
    }

    private void kill(String store, String name) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx192m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReportingChild.class.getName(),
                        store,
                        name)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("children.log").toFile()))
                .start();
        try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
            String line = out.readLine();
            assertThat(line).as("see children.log in %s", folder).isNotNull();
            int least = 20 + random.nextInt(2_000);
            for (int lines = 0; line != null; lines++) {
                said.add(line);
                if (lines == least) {
                    // by its handle, as the process itself would close what is not read yet
                    assertThat(child.toHandle().destroyForcibly()).isTrue();
                }
                line = out.readLine();
            }
        } finally {
            child.destroyForcibly();
            assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** The last line of a process may have been cut off. */
    private List<String[]> words(String first, int count) {
        return said.stream()
                .map(line -> line.split(" ", -1))
                .filter(words -> words[0].equals(first) && words.length == count)
                .toList();
    }

    private void reports(List<MailEvent> feed) {
        Map<String, List<String>> told = feed.stream()
                .filter(e -> e.type() == EventType.OPENED)
                .collect(Collectors.groupingBy(
                        e -> String.valueOf(e.messageId()),
                        Collectors.mapping(e -> e.detail().get("n"), Collectors.toList())));
        told.values().forEach(events -> assertThat(events).doesNotHaveDuplicates());
        Map<String, Set<String>> there = new HashMap<>();
        told.forEach((mail, events) -> there.put(mail, new HashSet<>(events)));
        Set<String> mails = words("MAIL", 2).stream().map(mail -> mail[1]).collect(Collectors.toSet());
        for (String[] report : words("REPORT", 3)) {
            if (mails.contains(report[2])) {
                assertThat(there.getOrDefault(report[2], Set.of())).contains(report[1]);
            }
        }
    }

    private void decisions(OutboxStore ledger, List<MailEvent> feed) {
        List<String> listed = new ArrayList<>();
        String after = null;
        do {
            var part = ledger.suppressions().list("default", null, after, 1_000);
            part.entries().stream().map(Suppression::address).forEach(listed::add);
            after = part.next();
        } while (after != null);
        List<String> told = feed.stream()
                .filter(e -> e.type() == EventType.UNSUBSCRIBED)
                .map(MailEvent::recipient)
                .toList();
        assertThat(told).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(listed);
        for (String[] unsubscribed : words("UNSUBSCRIBED", 2)) {
            if (unsubscribed[1].endsWith("@example.org")) {
                assertThat(listed).contains(unsubscribed[1]);
            }
        }
    }

    private static List<MailEvent> feed(OutboxStore ledger) {
        List<MailEvent> all = new ArrayList<>();
        long position = 0;
        for (List<Positioned> part = ledger.eventFeed().read(0, 1_000); !part.isEmpty(); ) {
            part.stream().map(Positioned::event).forEach(all::add);
            position = part.get(part.size() - 1).position();
            part = ledger.eventFeed().read(position, 1_000);
        }
        return all;
    }
}
