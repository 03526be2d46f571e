// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.server.config.Settings;
import dev.mailer.server.home.RunningServer;
import dev.mailer.server.home.ServerHome;
import dev.mailer.server.http.FakeEngine;
import dev.mailer.server.http.Json;
import dev.mailer.server.http.MailerServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mailer suppress} against a real HTTP server around a list in memory. */
class SuppressTest {
    @TempDir
    private Path folder;

    private final FakeEngine engine = new FakeEngine();
    private MailerServer server;

    @BeforeEach
    void start() {
        ServerHome home = new ServerHome(folder, InstantSource.fixed(FakeEngine.NOW));
        home.firstKey();
        server = MailerServer.start(
                new Settings.Server("127.0.0.1", 0, 40_000, Duration.ZERO, Set.of()),
                engine,
                home.apiKeys(),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        home.announce(RunningServer.here(server.localUrl()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Shell.Result suppress(String... args) {
        return new Shell(folder)
                .run(Stream.concat(Stream.of("suppress"), Stream.of(args)).toArray(String[]::new));
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("in.csv"), text).toString();
    }

    private static List<String> lines(String text) {
        return text.lines().sorted().toList();
    }

    @Test
    void addresses_are_added_checked_and_removed() {
        Shell.Result added = suppress("add", "Jo@example.org", "a/b+c@example.org", "--reason", "Complaint");
        Shell.Result again = suppress("add", "jo@example.org", "--reason", "complaint", "--until", "2h", "--json");
        Shell.Result check = suppress("check", "JO@example.org");
        Shell.Result free = suppress("check", "ann@example.org");
        Shell.Result json = suppress("check", "jo@example.org", "--json");
        Shell.Result removed = suppress("remove", "jo@example.org", "nobody@example.org", "a/b+c@example.org");

        assertThat(added.exit()).as(added.err()).isZero();
        assertThat(added.out().lines()).containsExactly("added jo@example.org", "added a/b+c@example.org");
        assertThat(again.json().at("/data/0/replaced").asBoolean()).isTrue();
        assertThat(check.exit()).isEqualTo(1);
        assertThat(check.out())
                .startsWith("jo@example.org is not mailed in all streams: complaint, by api:command line since ");
        assertThat(free.exit()).isZero();
        assertThat(free.out()).isEqualToIgnoringNewLines("ann@example.org may be mailed");
        assertThat(json.json().path("suppressed").asBoolean()).isTrue();
        assertThat(json.json().path("data").size()).isEqualTo(1);
        assertThat(removed.exit()).isEqualTo(4);
        assertThat(removed.out().lines()).containsExactly("removed jo@example.org", "removed a/b+c@example.org");
        assertThat(removed.err()).contains("nobody@example.org: There is no suppression of this address");
        assertThat(suppress("list").out()).isEmpty();
    }

    @Test
    void an_entry_for_a_stream_or_one_that_ended_is_told_apart() {
        suppress("add", "jo@example.org", "--stream", "broadcast", "--reason", "unsubscribe");
        suppress("add", "ann@example.org", "--until", "2020-01-01T00:00:00Z");

        assertThat(suppress("check", "jo@example.org").out())
                .startsWith("jo@example.org is not mailed in stream broadcast: unsubscribe");
        assertThat(suppress("check", "jo@example.org", "--stream", "broadcast").exit())
                .isEqualTo(1);
        assertThat(suppress("check", "jo@example.org", "--stream", "transactional")
                        .exit())
                .isZero();
        Shell.Result ended = suppress("check", "ann@example.org");
        assertThat(ended.exit()).isZero();
        assertThat(ended.err()).contains("has ended: all streams, manual");
    }

    @Test
    void each_reason_is_an_entry_that_is_removed_by_itself_or_with_the_others() {
        suppress("add", "jo@example.org");
        suppress("add", "jo@example.org", "--reason", "bounce", "--until", "2h");
        suppress("add", "jo@example.org", "--reason", "unsubscribe");

        assertThat(suppress("check", "jo@example.org").out().lines()).hasSize(3);
        Shell.Result bounce = suppress("remove", "jo@example.org", "--reason", "bounce");
        Shell.Result none = suppress("remove", "jo@example.org", "--reason", "bounce");
        Shell.Result rest = suppress("remove", "jo@example.org");

        assertThat(bounce.out()).isEqualToIgnoringNewLines("removed jo@example.org");
        assertThat(none.exit()).isEqualTo(4);
        assertThat(none.err())
                .contains("There is no suppression of this address for all streams (bounce);"
                        + " there is one for all streams (manual), all streams (unsubscribe).");
        assertThat(rest.out()).isEqualToIgnoringNewLines("removed jo@example.org: 2 entries");
        assertThat(suppress("history", "jo@example.org").out().lines()).hasSize(6);
        assertThat(suppress("remove", "jo@example.org", "--reason", "hatred").exit())
                .isEqualTo(2);
    }

    @Test
    void one_bad_argument_and_nothing_is_stored() {
        assertThat(suppress("add", "jo@example.org", "nobody").exit()).isEqualTo(2);
        assertThat(suppress("add", "jo@example.org", "--reason", "hatred").err())
                .contains("--reason: is 'hatred', must be one of bounce, complaint, manual, unsubscribe");
        assertThat(suppress("add", "jo@example.org", "--stream", "nothing").exit())
                .isEqualTo(2);
        assertThat(suppress("add", "jo@example.org", "--until", "soon").exit()).isEqualTo(2);
        assertThat(suppress("add").exit()).isEqualTo(2);
        assertThat(suppress().exit()).isEqualTo(2);
        assertThat(suppress("list").out()).isEmpty();
        assertThat(suppress("import", folder.resolve("none.csv").toString()).exit())
                .isEqualTo(2);
    }

    @Test
    void what_the_list_writes_the_import_reads() throws IOException {
        suppress("add", "jo@example.org", "--until", "2999-01-01T00:00:00Z", "--reason", "bounce");
        suppress("add", "jo@example.org", "--stream", "broadcast");
        suppress("add", "\"a,b\"@example.org");

        Shell.Result written = suppress("list", "--csv");
        engine.suppressions()
                .list("default", null, null, 10)
                .entries()
                .forEach(e ->
                        engine.suppressions().remove("default", e.stream(), e.address(), e.reason(), "test", e.at()));
        Shell.Result read = suppress("import", file(written.out()));

        assertThat(written.out().lines().findFirst()).contains("email,stream,reason,until");
        assertThat(written.out()).contains("jo@example.org,,bounce,2999-01-01T00:00:00Z");
        assertThat(read.out()).isEqualToIgnoringNewLines("rows 3 = added 3 + replaced 0 + invalid 0");
        assertThat(suppress("list", "--csv").out()).isEqualTo(written.out());
        assertThat(suppress("list", "--reason", "bounce").out().lines()).hasSize(1);
        assertThat(suppress("list", "--stream", "broadcast", "--json")
                        .out()
                        .lines()
                        .map(line -> Json.MAPPER.readTree(line).path("stream").asString()))
                .containsExactly("broadcast");
        assertThat(suppress("list", "--csv", "--json").exit()).isEqualTo(2);
    }

    @Test
    void every_bad_row_is_told_by_its_line_and_keeps_no_other_back() throws IOException {
        String csv = file("""
                \uFEFFUntil;Name;EMAIL;reason;stream
                ;Jo;jo@example.org;;

                ;Sam;sam(at)example.org;;
                2999-01-01T00:00:00Z;"Kim
                of two lines";kim@example.org;Bounce;broadcast
                tomorrow;Lee;lee@example.org;;
                ;Jo;JO@example.org;complaint;
                ;Jo;Jo@Example.org;Complaint;
                ;too;many;columns;here;x
                ;Pat;pat@example.org;;nothing
                ;Nobody;;;
                """);

        Shell.Result dry = suppress("import", csv, "--dry-run");
        assertThat(suppress("list").out()).isEmpty();
        Shell.Result result = suppress("import", csv, "--reason", "unsubscribe");
        Shell.Result json = suppress("import", csv, "--json");

        assertThat(dry.exit()).isEqualTo(1);
        assertThat(dry.err()).contains("nothing was stored");
        assertThat(dry.out()).isEqualTo(result.out());
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).isEqualToIgnoringNewLines("rows 9 = added 3 + replaced 1 + invalid 5");
        assertThat(result.err().lines().filter(line -> line.startsWith("line")).sorted())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("line 10: has 6 columns, but the first row has 5"),
                        line -> assertThat(line).startsWith("line 11: `stream` is not accepted: 'nothing'"),
                        line -> assertThat(line).startsWith("line 12: `email` is "),
                        line -> assertThat(line).startsWith("line 4: `email` is not accepted: "),
                        line -> assertThat(line).startsWith("line 7: `until` must be a time"));
        assertThat(result.err()).contains("these columns are not read: Name");
        assertThat(lines(suppress("list", "--csv").out()))
                .contains("kim@example.org,broadcast,bounce,2999-01-01T00:00:00Z", "jo@example.org,,complaint,");
        assertThat(json.json().path("replaced").asInt()).isEqualTo(3);
        assertThat(json.json().path("errors").size()).isEqualTo(5);
    }

    @Test
    void a_file_with_one_address_a_line_needs_no_names() throws IOException {
        Shell.Result result =
                suppress("import", file("\njo@example.org\nbad\n\nann@example.org"), "--reason", "bounce");

        assertThat(result.out()).isEqualToIgnoringNewLines("rows 3 = added 2 + replaced 0 + invalid 1");
        assertThat(result.err()).contains("line 3: `email` is not accepted");
        assertThat(lines(suppress("list", "--csv").out()))
                .containsExactly("ann@example.org,,bounce,", "email,stream,reason,until", "jo@example.org,,bounce,");
        assertThat(suppress("import", file("address,name\na@example.org,A\n")).err())
                .contains("there is no column 'email'; there are address, name");
    }

    /** The server here takes bodies of 40 kB, less than a batch has. */
    @Test
    void a_long_file_goes_in_parts_that_the_server_takes() throws IOException {
        String csv = file("email\n"
                + IntStream.range(0, 2_500)
                        .mapToObj(i -> "user" + i + "@a-rather-long-domain.example.org\n")
                        .collect(Collectors.joining()));

        Shell.Result first = suppress("import", csv);
        Shell.Result second = suppress("import", csv);

        assertThat(first.exit()).as(first.err()).isZero();
        assertThat(first.out()).isEqualToIgnoringNewLines("rows 2500 = added 2500 + replaced 0 + invalid 0");
        assertThat(second.out()).isEqualToIgnoringNewLines("rows 2500 = added 0 + replaced 2500 + invalid 0");
        assertThat(suppress("list").out().lines()).hasSize(2_500).doesNotHaveDuplicates();
    }

    @Test
    void help_has_examples() {
        assertThat(suppress("--help").out()).contains("mailer suppress add jo@example.org", "import");
        assertThat(suppress("import", "--help").out()).contains("mailer suppress import", "--dry-run");
    }
}
