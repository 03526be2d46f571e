// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs made to exhaust memory meet a limit, in a process that has little of it. */
class BoundedMemoryTest {
    /** Of a busy machine; a quiet one needs less than a second for each. */
    private static final long MOST_MILLIS = 20_000;

    private static final String TOO_LARGE = "attachments: the mail is larger than 26214400 bytes";

    private record Line(String name, String outcome, long millis) {}

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "memory"})
    void hostile_mail_is_refused_by_a_limit_and_mail_goes_on(String store) throws Exception {
        List<Line> lines = run(store.equals("memory") ? store : "sqlite:" + folder.resolve("ledger.db"));

        assertThat(lines).extracting(Line::name).containsExactlyElementsOf(names());
        assertThat(lines).allSatisfy(line -> assertThat(line.millis()).isLessThan(MOST_MILLIS));
        assertOutcome(lines, "nested multiparts", "raw: the message nests deeper than 100 parts");
        assertOutcome(lines, "nested messages", "raw: the message nests deeper than 100 parts");
        assertOutcome(lines, "many parts", "raw: the message has more than 10000 parts");
        assertOutcome(lines, "many header fields", "raw: the header has more than 1000 fields");
        assertOutcome(lines, "folded header field", "raw: the header has more than 262144 bytes");
        assertOutcome(lines, "header field without end", "raw: the header has more than 262144 bytes");
        assertOutcome(lines, "no header", "raw: there is no header");
        assertOutcome(lines, "many headers", "headers: more than 200");
        assertOutcome(lines, "many recipients", "to: more than 1000 recipients");
        assertOutcome(lines, "many addresses in one text", "allowed are 1000000");
        assertOutcome(lines, "nested comments", "allowed are 10000");
        assertOutcome(lines, "long address", "allowed are 1000");
        assertOutcome(lines, "long subject", "allowed are 998");
        assertOutcome(lines, "large attachment", store.equals("memory") ? "the store in memory is full" : TOO_LARGE);
        assertOutcome(lines, "many attachments", TOO_LARGE);
        assertOutcome(lines, HostileChild.USUAL, "SENT");
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>(HostileChild.cases().keySet());
        names.add(HostileChild.USUAL);
        return names;
    }

    private static void assertOutcome(List<Line> lines, String name, String expected) {
        assertThat(lines)
                .filteredOn(line -> line.name().equals(name))
                .singleElement()
                .satisfies(line -> assertThat(line.outcome()).contains(expected));
    }

    private List<Line> run(String store) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HostileChild.class.getName(),
                        store,
                        "null:")
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(child.waitFor(2, TimeUnit.MINUTES)).as("the child ends").isTrue();
        } finally {
            child.destroyForcibly();
        }
        String said = Files.readString(out) + Files.readString(err);
        assertThat(said).doesNotContain("OutOfMemoryError", "StackOverflowError", HostileChild.FAILED);
        assertThat(child.exitValue()).as(said).isZero();
        return said.lines()
                .map(line -> line.split("\\|", -1))
                .filter(parts -> parts.length == 3)
                .map(parts -> new Line(parts[0], parts[1], Long.parseLong(parts[2])))
                .toList();
    }
}
