// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A merge that ends half-way and is started again: the program, the server and the ledger as they are. */
class MergeKilledTest {
    private static final int ROWS = 300;
    private static final Pattern ACCOUNT = Pattern.compile(
            "rows 300 = queued (\\d+) \\+ duplicate 0 \\+ failed 0 \\+ suppressed 0 \\+ skipped 0 \\+ left (\\d+)");

    private static final Pattern EARLIER = Pattern.compile("an earlier run had (\\d+) of these mails accepted");

    @TempDir
    private static Path folder;

    private static ServerProcess server;

    @BeforeAll
    static void start() throws IOException {
        Path template = Files.createDirectories(folder.resolve("templates/hello"));
        Files.writeString(template.resolve("subject.vm"), "Hello $name");
        Files.writeString(template.resolve("text.vm"), "Your order $order.number.");
        Path picky = Files.createDirectories(folder.resolve("templates/picky"));
        Files.writeString(picky.resolve("text.vm"), "#if($name == 'N7')$missing#{else}Hi#end");
        server = new ServerProcess(folder.resolve("data"), "templates=" + folder.resolve("templates"));
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static Path file(String domain) throws IOException {
        StringBuilder csv = new StringBuilder("email,name,order.number\n");
        for (int i = 0; i < ROWS; i++) {
            csv.append("u" + i + "@" + domain + ",N" + i + "," + i + "\n");
        }
        return Files.writeString(folder.resolve(domain + ".csv"), csv);
    }

    private static List<String> command(Path csv, String... more) {
        List<String> all = new ArrayList<>(List.of("send", "--csv", csv.toString(), "--from", "shop@example.com"));
        all.addAll(List.of(more));
        if (!all.contains("--template")) {
            all.addAll(List.of("--template", "hello"));
        }
        return all;
    }

    private static Shell.Result merge(Path csv, String... more) {
        return new Shell(folder.resolve("data")).run(command(csv, more).toArray(String[]::new));
    }

    /** How many mails each address of the domain has. */
    private static Map<String, Integer> mails(String domain) throws IOException, InterruptedException {
        Map<String, Integer> all = new TreeMap<>();
        String after = "";
        boolean more = true;
        while (more) {
            JsonNode page = server.json("/v1/emails?limit=100" + after);
            for (JsonNode mail : page.path("data")) {
                String to = mail.path("to").path(0).asString();
                if (to.endsWith(domain)) {
                    all.merge(to, 1, Integer::sum);
                }
                after = "&after=" + mail.path("id").asString();
            }
            more = page.path("has_more").asBoolean(false);
        }
        return all;
    }

    private static Path printed(String domain) {
        return folder.resolve(domain + ".out");
    }

    private static Process halfWay(Path csv, String domain) throws IOException, InterruptedException {
        Process process = ServerProcess.program("128m", folder.resolve("data"), command(csv, "--rate", "30"))
                .redirectErrorStream(true)
                .redirectOutput(printed(domain).toFile())
                .start();
        while (mails(domain).isEmpty()) {
            assertThat(process.isAlive()).isTrue();
        }
        return process;
    }

    private static void assertEachOnce(String domain) throws IOException, InterruptedException {
        assertThat(mails(domain))
                .hasSize(ROWS)
                .allSatisfy((to, times) -> assertThat(times).as(to).isEqualTo(1));
    }

    @Test
    void killed_and_started_again_it_mails_each_address_once() throws Exception {
        Path csv = file("killed.example");
        Process process = halfWay(csv, "killed.example");
        process.destroyForcibly().waitFor();
        int before = mails("killed.example").size();

        Shell.Result again = merge(csv, "--wait=60s");

        assertThat(before).isBetween(1, ROWS - 1);
        assertThat(again.exit()).as(again.err()).isZero();
        assertThat(again.out()).isEqualToIgnoringNewLines("rows 300 = sent 300 + failed 0 + suppressed 0 + skipped 0");
        Matcher earlier = EARLIER.matcher(again.err());
        assertThat(earlier.find()).as(again.err()).isTrue();
        // what was on its way to the server as the process was killed may have been accepted a little later
        assertThat(Integer.parseInt(earlier.group(1))).isBetween(before, ROWS - 1);
        assertEachOnce("killed.example");
        assertThat(server.json("/mailbox/api/messages?q=killed.example")
                        .path("total")
                        .asInt())
                .isEqualTo(ROWS);
    }

    @Test
    void asked_to_end_it_gives_its_account_and_goes_on_later() throws Exception {
        Path csv = file("ended.example");
        Process process = halfWay(csv, "ended.example");
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String printed = Files.readString(printed("ended.example"));
        Matcher account = ACCOUNT.matcher(printed);

        assertThat(account.find()).as(printed).isTrue();
        assertThat(Integer.parseInt(account.group(1)) + Integer.parseInt(account.group(2)))
                .isEqualTo(ROWS);
        assertThat(process.exitValue()).isEqualTo(128 + 15);
        assertThat(printed).contains(" rows were not taken up; repeat with --campaign 'csv-");
        assertThat(merge(csv).out()).contains("duplicate " + account.group(1) + " + failed 0");
        assertEachOnce("ended.example");
    }

    @Test
    void a_dry_run_finds_what_the_template_misses() throws Exception {
        Path csv = Files.writeString(folder.resolve("dry.csv"), "email,name\njo@dry.example,Jo\nbad,Sam\n");

        Shell.Result result = merge(csv, "--dry-run");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("rows 2 = queued 0 + duplicate 0 + failed 2");
        assertThat(result.err()).contains("line 2: `template").contains("order").contains("line 3, column email");
        assertThat(mails("dry.example")).isEmpty();
    }

    @Test
    void a_bad_row_keeps_no_other_back() throws Exception {
        Path csv = file("mixed.example");

        Shell.Result result = merge(csv, "--template", "picky", "--subject", "Hi");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("rows 300 = queued 299 + duplicate 0 + failed 1");
        assertThat(result.err()).contains("line 9: ").contains("missing");
    }
}
