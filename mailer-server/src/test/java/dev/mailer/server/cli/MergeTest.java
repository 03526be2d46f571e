// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Content;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.server.config.Settings;
import dev.mailer.server.home.RunningServer;
import dev.mailer.server.home.ServerHome;
import dev.mailer.server.http.FakeEngine;
import dev.mailer.server.http.MailerServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The merge against a real HTTP server around an engine that keeps what it is given. */
class MergeTest {
    @TempDir
    private Path folder;

    private final FakeEngine engine = new FakeEngine();
    private MailerServer server;
    private Path csv;

    @BeforeEach
    void start() {
        ServerHome home = new ServerHome(folder, InstantSource.fixed(FakeEngine.NOW));
        home.firstKey();
        server = MailerServer.start(
                new Settings.Server("127.0.0.1", 0, 20 << 20, Duration.ZERO, Set.of()),
                engine,
                home.apiKeys(),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        home.announce(RunningServer.here(server.localUrl()));
        csv = folder.resolve("recipients.csv");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Shell.Result merge(String... more) {
        List<String> all = new ArrayList<>(
                List.of("send", "--csv", csv.toString(), "--template", "hello", "--from", "shop@example.com"));
        all.addAll(List.of(more));
        return new Shell(folder).run(all.toArray(String[]::new));
    }

    private void write(String text) throws IOException {
        Files.writeString(csv, text);
    }

    private List<String> recipients() {
        return engine.accepted.values().stream()
                .map(e -> e.to().get(0).toString())
                .toList();
    }

    private Map<String, Object> variables(int mail) {
        Email email = List.copyOf(engine.accepted.values()).get(mail);
        return ((Content.Templated) email.content()).variables();
    }

    @Test
    void each_row_is_a_mail_with_its_columns_as_variables() throws IOException {
        write("email,name,order.number,order.total\r\nJo <jo@example.org>,\"Jo, \"\"the one\"\"\nof two\",7,1.50\r\n");

        Shell.Result result = merge("--var", "shop=Tea", "--subject", "Hi", "--stream", "broadcast");

        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out())
                .isEqualToIgnoringNewLines("rows 1 = queued 1 + duplicate 0 + failed 0 + suppressed 0 + skipped 0");
        assertThat(recipients()).containsExactly("Jo <jo@example.org>");
        assertThat(variables(0))
                .containsEntry("name", "Jo, \"the one\"\nof two")
                .containsEntry("order", Map.of("number", "7", "total", "1.50"))
                .containsEntry("shop", "Tea");
    }

    @Test
    void a_byte_order_mark_semicolons_and_tabs_are_understood() throws IOException {
        write("\uFEFFemail;name\njo@example.org;\"a,b;c\"\n\n");
        Shell.Result semicolons = merge();
        write("name\temail\nJo, Sam\tsam@example.org");
        Shell.Result tabs = merge();
        write("name|email\nJo|kim@example.org\n");
        Shell.Result given = merge("--delimiter", "|");

        assertThat(List.of(semicolons.exit(), tabs.exit(), given.exit())).containsOnly(0);
        assertThat(recipients()).containsExactly("jo@example.org", "sam@example.org", "kim@example.org");
        assertThat(variables(0)).containsEntry("name", "a,b;c");
    }

    @Test
    void the_same_file_again_sends_nobody_a_second_mail() throws IOException {
        write("email\n"
                + IntStream.range(0, 250)
                        .mapToObj(i -> "u" + i + "@example.org\n")
                        .collect(Collectors.joining()));

        Shell.Result first = merge();
        Shell.Result second = merge();
        Shell.Result another = merge("--campaign", "spring");

        assertThat(first.out()).contains("rows 250 = queued 250 + duplicate 0");
        assertThat(second.out()).contains("rows 250 = queued 0 + duplicate 250");
        assertThat(another.out()).contains("rows 250 = queued 250");
        assertThat(engine.accepted).hasSize(500);
    }

    @Test
    void who_has_a_mail_of_a_campaign_is_remembered_for_ninety_days_or_as_long_as_is_asked() throws IOException {
        write("email\njo@example.org\n");
        Instant now = InstantSource.system().instant();

        merge();
        merge("--campaign", "spring", "--remember", "30d");
        Shell.Result endless = merge("--remember", "401d");

        assertThat(engine.accepted.values())
                .extracting(email -> Duration.between(now, Objects.requireNonNull(email.idempotencyUntil()))
                        .toDays())
                .containsExactly(90L, 30L);
        assertThat(endless.err()).contains("--remember: is 401d; at most 400d are allowed");
    }

    @Test
    void a_mended_file_goes_on_under_the_name_of_the_campaign() throws IOException {
        write("email\njo@example.org\nsam(at)example.org\n");
        Shell.Result first = merge("--campaign", "spring");
        write("email\nJO@Example.org\nsam@example.org\n");
        Shell.Result second = merge("--campaign", "spring");

        assertThat(first.exit()).isEqualTo(1);
        assertThat(first.err()).contains("line 3, column email: ").contains("repeat with --campaign 'spring' to go on");
        assertThat(second.out()).contains("rows 2 = queued 1 + duplicate 1 + failed 0");
        assertThat(recipients()).containsExactly("jo@example.org", "sam@example.org");
    }

    @Test
    void hostile_rows_fail_alone_and_are_named() throws IOException {
        Files.write(
                csv,
                ("email,name\n\"a\r\nBcc: b@example.org\",x\nnul\0@example.org,x\nfew@example.org\n"
                                + "many@example.org,x,y\nlatin@example.org,M\u00fcller\nbig@example.org,")
                        .getBytes(StandardCharsets.ISO_8859_1));
        Files.writeString(csv, "x".repeat(1 << 20) + "\n,nobody\nbig@EXAMPLE.org,again\n", StandardOpenOption.APPEND);

        Shell.Result result = merge();

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("rows 8 = queued 1 + duplicate 0 + failed 5 + suppressed 0 + skipped 2");
        assertThat(result.err())
                .contains("line 2, column email: ")
                .contains("line 4, column email: ")
                .contains("line 5: has 1 columns, but the first row names 2")
                .contains("line 6: has 3 columns, but the first row names 2")
                .contains("line 7, column name: is not UTF-8");
        assertThat(recipients()).containsExactly("big@example.org");
    }

    @Test
    void a_file_that_cannot_be_read_to_its_end_sends_nothing() throws IOException {
        write("email,name\njo@example.org,x\nsam@example.org,\"y\nkim@example.org,z\n");

        Shell.Result result = merge();

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("recipients.csv: line 3: the row that begins here cannot be read");
        assertThat(engine.accepted).isEmpty();
    }

    @Test
    void a_quote_that_is_never_closed_does_not_take_in_the_file() throws IOException {
        write("email,name\njo@example.org,\"" + "x\n".repeat(CsvFile.MAX_ROW));

        assertThat(merge().err()).contains("line 2: ").contains("more than " + CsvFile.MAX_ROW + " characters");
    }

    @Test
    void columns_must_be_there_and_fit_together() throws IOException {
        write("mail,name\n");
        Shell.Result missing = merge();
        write("email,name,name\n");
        Shell.Result twice = merge();
        write("email,order,order.number\n");
        Shell.Result parts = merge();
        write("");
        Shell.Result empty = merge();

        assertThat(missing.err()).contains("--column-to: there is no column 'email'; there are mail, name");
        assertThat(twice.err()).contains("two columns are named 'name'");
        assertThat(parts.err()).contains("the columns 'order' and 'order.number' exclude each other");
        assertThat(empty.err()).contains("is empty; its first row must name the columns");
        assertThat(List.of(missing.exit(), twice.exit(), parts.exit(), empty.exit()))
                .containsOnly(2);
    }

    @Test
    void too_many_errors_end_the_merge() throws IOException {
        write("email\n" + "bad\n".repeat(30) + "jo@example.org\n");

        Shell.Result result = merge("--max-errors", "10");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out())
                .isEqualToIgnoringNewLines(
                        "rows 31 = queued 0 + duplicate 0 + failed 10 + suppressed 0 + skipped 0 + left 21");
        assertThat(result.err()).contains("21 rows were not taken up");
        assertThat(engine.accepted).isEmpty();
    }

    @Test
    void a_dry_run_gives_the_account_and_sends_nothing() throws IOException {
        write("email\njo@example.org\nbad\n\"\"\n");

        Shell.Result result = merge("--dry-run", "--json");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.json().path("queued").asInt()).isEqualTo(1);
        assertThat(result.json().path("failed").asInt()).isEqualTo(1);
        assertThat(result.json().path("skipped").asInt()).isEqualTo(1);
        assertThat(result.json().path("errors").path(0).path("line").asInt()).isEqualTo(3);
        assertThat(engine.accepted).isEmpty();
    }

    @Test
    void an_overloaded_server_is_given_time_but_not_for_ever() throws IOException {
        write("email\njo@example.org\n");
        engine.refusal = new MailerUnavailableException("slow down", Duration.ofSeconds(1), null);

        Shell.Result result = merge("--patience", "500ms");

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.out())
                .isEqualToIgnoringNewLines(
                        "rows 1 = queued 0 + duplicate 0 + failed 0 + suppressed 0 + skipped 0 + left 1");
        assertThat(result.err()).contains("the server has taken nothing for 500ms, the limit (--patience)");
    }

    @Test
    void an_overloaded_server_gets_the_rest_when_it_has_recovered() throws IOException {
        write("email\njo@example.org\n");
        engine.refusal = new MailerUnavailableException("slow down", Duration.ofSeconds(1), null);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream("y\n".getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of("MAILER_DATA", folder.toString()),
                InstantSource.system(),
                true);

        int exit = new CommandLine(new SendCommand(terminal, time -> engine.refusal = null, Interruption::new))
                .execute("--csv", csv.toString(), "--template", "hello", "--from", "shop@example.com");

        assertThat(exit).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("rows 1 = queued 1");
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("send to the 1 rows of the file, as campaign csv-")
                .contains("; tries again in 1s")
                .contains("] 1/1 rows, ");
    }

    @Test
    void what_an_overloaded_server_leaves_of_a_batch_is_handed_over_again() throws IOException {
        engine.invalid =
                email -> ((Content.Templated) email.content()).variables().containsValue("bad");
        AtomicInteger commits = new AtomicInteger();
        engine.beforeSendAll = () -> {
            if (commits.incrementAndGet() == 2) {
                throw new MailerUnavailableException("slow down", Duration.ofMillis(1), null);
            }
        };
        write("email,name\na@example.org,A\nb@example.org,B\nc@example.org,bad\nd@example.org,D\n");

        Shell.Result result = mergeAsked(interruptions -> {});

        assertThat(result.out()).contains("rows 4 = queued 3 + duplicate 0 + failed 1 + suppressed 0 + skipped 0");
        assertThat(result.err()).contains("line 4: ").doesNotContain("line 5: ");
        assertThat(recipients()).containsExactly("a@example.org", "b@example.org", "d@example.org");
    }

    @Test
    void what_was_taken_amid_a_batch_without_being_told_is_no_duplicate() throws IOException {
        engine.invalid =
                email -> ((Content.Templated) email.content()).variables().containsValue("bad");
        engine.acceptedAt = InstantSource.system().instant().plusSeconds(1);
        AtomicInteger commits = new AtomicInteger();
        engine.afterSendAll = () -> {
            if (commits.incrementAndGet() == 2) {
                throw new MailerUnavailableException("committed, perhaps", Duration.ofMillis(1), null);
            }
        };
        write("email,name\na@example.org,A\nb@example.org,B\nc@example.org,bad\nd@example.org,D\n");

        Shell.Result result = mergeAsked(interruptions -> {});

        assertThat(result.out()).contains("rows 4 = queued 3 + duplicate 0 + failed 1 + suppressed 0 + skipped 0");
        assertThat(commits.get()).isGreaterThan(2);
        assertThat(recipients()).containsExactly("a@example.org", "b@example.org", "d@example.org");
    }

    @Test
    void a_mail_that_was_taken_without_an_answer_is_no_duplicate() throws IOException {
        write("email\njo@example.org\n");
        merge("--campaign", "spring");
        write("email\njo@example.org\nann@example.org\n");
        engine.acceptedAt = InstantSource.system().instant().plusSeconds(1);
        engine.afterSendAll = () -> {
            engine.afterSendAll = () -> {};
            throw new MailerUnavailableException("committed, perhaps", Duration.ofMillis(1), null);
        };

        Shell.Result result = mergeAsked(interruptions -> {}, "--campaign", "spring");

        assertThat(result.out()).contains("rows 2 = queued 1 + duplicate 1 + failed 0 + suppressed 0 + skipped 0");
        assertThat(recipients()).containsExactly("jo@example.org", "ann@example.org");
    }

    /** On a clock that only the waiting of the merge moves. */
    @Test
    void a_merge_hands_over_no_more_a_second_than_its_rate() throws IOException {
        AtomicReference<Instant> now = new AtomicReference<>(FakeEngine.NOW);
        List<Duration> handedOver = new ArrayList<>();
        List<Integer> before = new ArrayList<>();
        engine.beforeSendAll = () -> {
            handedOver.add(Duration.between(FakeEngine.NOW, now.get()));
            before.add(engine.accepted.size());
        };
        write("email\n"
                + IntStream.range(0, 25)
                        .mapToObj(i -> "u" + i + "@example.org\n")
                        .collect(Collectors.joining()));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(
                InputStream.nullInputStream(), out, out, Map.of("MAILER_DATA", folder.toString()), now::get, false);

        int exit = new CommandLine(new SendCommand(
                        terminal, time -> now.updateAndGet(instant -> instant.plus(time)), Interruption::new))
                .execute("--csv", csv.toString(), "--template", "hello", "--from", "shop@example.com", "--rate", "10");

        assertThat(exit).as(printed.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(before).containsExactly(0, 10, 20);
        assertThat(engine.accepted).hasSize(25);
        assertThat(handedOver.get(0)).isZero();
        assertThat(handedOver.get(1)).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1_100));
        assertThat(handedOver.get(2)).isBetween(Duration.ofSeconds(2), Duration.ofMillis(2_200));
    }

    /** Somebody who sits there, answers yes, and does something else at that moment. */
    private Shell.Result mergeAsked(Consumer<AtomicInteger> meanwhile, String... more) {
        AtomicInteger interruptions = new AtomicInteger();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        InputStream in = new FilterInputStream(new ByteArrayInputStream("y\n".getBytes(StandardCharsets.UTF_8))) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                meanwhile.accept(interruptions);
                return super.read(into, offset, length);
            }
        };
        Terminal terminal = new Terminal(
                in,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of("MAILER_DATA", folder.toString()),
                InstantSource.system(),
                true);
        List<String> all =
                new ArrayList<>(List.of("--csv", csv.toString(), "--template", "hello", "--from", "shop@example.com"));
        all.addAll(List.of(more));
        int exit = new CommandLine(new SendCommand(terminal, time -> {}, () -> {
                    interruptions.incrementAndGet();
                    return new Interruption();
                }))
                .execute(all.toArray(String[]::new));
        return new Shell.Result(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void until_it_is_told_to_begin_there_is_nothing_that_an_interruption_would_have_to_wait_for() throws IOException {
        write("email\njo@example.org\n");
        AtomicInteger whileAsked = new AtomicInteger(-1);

        Shell.Result result = mergeAsked(interruptions -> whileAsked.compareAndSet(-1, interruptions.get()));

        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(whileAsked).hasValue(0);
    }

    @Test
    void a_file_that_grows_behind_the_count_is_sent_as_far_as_it_was_counted() throws IOException {
        write("email\njo@example.org\nann@example.org\n");
        AtomicBoolean grown = new AtomicBoolean();

        Shell.Result result = mergeAsked(interruptions -> {
            if (grown.compareAndSet(false, true)) {
                append("kim@example.org\nsam@example.org\n");
            }
        });

        assertThat(result.exit()).as(result.err()).isEqualTo(1);
        assertThat(recipients()).containsExactly("jo@example.org", "ann@example.org");
        assertThat(result.err())
                .contains("] 2/2 rows, ")
                .contains("has more rows than the 2 that were counted")
                .contains("to go on, also with a mended file");
    }

    @Test
    void a_file_that_shrinks_behind_the_count_is_a_failure_that_tells_what_is_left() throws IOException {
        write("email\njo@example.org\nann@example.org\nkim@example.org\n");

        Shell.Result result = mergeAsked(interruptions -> replace("email\njo@example.org\n"));

        assertThat(result.exit()).as(result.err()).isEqualTo(1);
        assertThat(recipients()).containsExactly("jo@example.org");
        assertThat(result.out())
                .contains("rows 3 = queued 1 + duplicate 0 + failed 0 + suppressed 0 + skipped 0 + left 2");
        assertThat(result.err())
                .contains("the file is not the one that was counted; it was changed meanwhile")
                .contains("2 rows were not taken up; repeat with --campaign 'csv-");
    }

    @Test
    void a_file_that_is_edited_behind_the_count_is_a_failure_with_as_many_rows_too() throws IOException {
        write("email\njo@example.org\nann@example.org\n");

        Shell.Result result = mergeAsked(interruptions -> replace("email\njo@example.org\nkim@example.org\n"));

        assertThat(result.exit()).as(result.err()).isEqualTo(1);
        assertThat(result.err())
                .contains("the file is not the one that was counted; it was changed meanwhile")
                .contains("repeat with --campaign 'csv-");
    }

    private void replace(String text) {
        try {
            write(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void append(String text) {
        try {
            Files.writeString(csv, text, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_good_row_is_taken_although_an_earlier_one_with_its_address_was_refused() throws IOException {
        engine.invalid =
                email -> ((Content.Templated) email.content()).variables().containsValue("bad");
        String hundred = IntStream.range(0, 100)
                .mapToObj(i -> "u" + i + "@example.org,U\n")
                .collect(Collectors.joining());
        write("email,name\njo@example.org,bad\njo@example.org,Jo\njo@example.org,again\nu7@example.org,bad\n" + hundred
                + "jo@example.org,late\n");

        Shell.Result result = merge();

        assertThat(result.out()).contains("rows 105 = queued 101 + duplicate 0 + failed 2 + suppressed 0 + skipped 2");
        assertThat(result.err()).contains("line 2: ").contains("line 5: ");
        assertThat(recipients())
                .hasSize(101)
                .contains("jo@example.org", "u7@example.org")
                .doesNotHaveDuplicates();
    }

    @Test
    void a_look_up_that_fails_is_tried_again_and_takes_nothing_off_the_account() throws IOException {
        write("email\njo@example.org\nann@example.org\n");
        AtomicInteger asked = new AtomicInteger();
        engine.beforeAwait = () -> {
            if (asked.incrementAndGet() == 1) {
                throw new MailerUnavailableException("restarting", Duration.ofMillis(1), null);
            }
            engine.state = DeliveryState.SENT;
        };

        Shell.Result result = mergeAsked(interruptions -> {}, "--wait=30s");

        assertThat(result.out()).isEqualToIgnoringNewLines("rows 2 = sent 2 + failed 0 + suppressed 0 + skipped 0");
        assertThat(result.err()).contains("; tries again in 1s");
        assertThat(result.exit()).isZero();
    }

    @Test
    void who_waits_gets_one_account_in_which_every_row_has_its_end() throws IOException {
        engine.state = DeliveryState.SENT;
        write("email,name\njo@example.org,Jo\nann@example.org,Ann\n");
        merge("--campaign", "spring");
        write("email,name\njo@example.org,Jo\nann@example.org,Ann\nkim@example.org,Kim\nbad,x\n,nobody\n");

        Shell.Result text = merge("--campaign", "spring", "--wait=30s");
        Shell.Result json = merge("--campaign", "summer", "--wait=30s", "--json");
        engine.state = DeliveryState.FAILED;
        Shell.Result failed = merge("--campaign", "spring", "--wait=30s");

        assertThat(text.exit()).isEqualTo(1);
        assertThat(text.out()).isEqualToIgnoringNewLines("rows 5 = sent 3 + failed 1 + suppressed 0 + skipped 1");
        assertThat(text.err()).contains("an earlier run had 2 of these mails accepted");
        assertThat(json.json().propertyNames())
                .containsExactly(
                        "rows",
                        "sent",
                        "pending",
                        "duplicate",
                        "failed",
                        "suppressed",
                        "skipped",
                        "left",
                        "errors",
                        "campaign",
                        "dry_run",
                        "earlier");
        assertThat(json.json().path("sent").asInt()).isEqualTo(3);
        assertThat(json.json().path("earlier").asInt()).isZero();
        assertThat(failed.out()).isEqualToIgnoringNewLines("rows 5 = sent 0 + failed 4 + suppressed 0 + skipped 1");
    }

    @Test
    void mails_whose_outcome_nobody_tells_are_pending() throws IOException {
        write("email\njo@example.org\nann@example.org\n");
        engine.beforeAwait = () -> {
            throw new MailerUnavailableException("away", Duration.ofHours(1), null);
        };

        Shell.Result result = merge("--wait=10s");

        assertThat(result.out())
                .isEqualToIgnoringNewLines("rows 2 = sent 0 + pending 2 + failed 0 + suppressed 0 + skipped 0");
        assertThat(result.err()).contains("the server has told no outcome within the limit (--wait): ");
        assertThat(result.exit()).isEqualTo(5);
    }

    @Test
    void flags_that_do_not_fit_are_refused() throws IOException {
        write("email\n");

        assertThat(merge("--to", "jo@example.org").err()).contains("--csv and --to");
        assertThat(merge("--rate", "0").err()).contains("--rate: is 0, must be at least 1 a second");
        assertThat(new Shell(folder)
                        .run("send", "--dry-run", "--to", "a@example.org", "--text", "x")
                        .err())
                .contains("belong to --csv");
        assertThat(new Shell(folder).run("send", "--csv", csv.toString()).err()).contains("--csv needs --template");
    }

    @Test
    @Tag("slow")
    void a_hundred_thousand_rows_pass_through_a_heap_that_holds_a_fraction_of_them() throws Exception {
        int rows = 100_000;
        try (var out = Files.newBufferedWriter(csv)) {
            out.write("email,name,text\n");
            String text = "x".repeat(1_000);
            for (int i = 0; i < rows; i++) {
                out.write("u" + i + "@example.org,N" + i + "," + text + "\n");
            }
        }

        Process process = ServerProcess.program(
                        "48m",
                        folder,
                        List.of("send", "--csv", csv.toString(), "--template", "t", "--from", "a@example.com"))
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(printed).contains("rows " + rows + " = queued " + rows);
        assertThat(engine.accepted).hasSize(rows);
    }
}
