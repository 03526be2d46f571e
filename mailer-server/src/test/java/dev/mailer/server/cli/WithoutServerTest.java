// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a folder on which no server runs: they open the ledger themselves. */
class WithoutServerTest {
    @TempDir
    private Path folder;

    private Shell shell;

    @BeforeEach
    void open() {
        shell = new Shell(folder.resolve("data"));
    }

    private Shell.Result send(String to, String... more) {
        List<String> args = new ArrayList<>(
                List.of("send", "--from", "a@example.com", "--to", to, "--subject", "Hi", "--text", "Hello", "--json"));
        args.addAll(List.of(more));
        return shell.run(args.toArray(String[]::new));
    }

    @Test
    void send_needs_a_transport_and_waits_for_the_outcome() throws IOException {
        Path mails = folder.resolve("mails");

        Shell.Result sent = send("jo@example.org", "--set", "transport=file:" + mails);

        assertThat(sent.exit()).as(sent.err()).isZero();
        assertThat(sent.json().at("/deliveries/0/state").asString()).isEqualTo("sent");
        assertThat(sent.err()).contains("no server runs; opening");
        try (Stream<Path> files = Files.list(mails.resolve("new"))) {
            assertThat(Files.readString(files.findFirst().orElseThrow())).contains("Subject: Hi");
        }
        assertThat(send("jo@example.org").exit()).isEqualTo(3);
    }

    @Test
    void a_merge_waits_for_the_outcome_too_and_says_what_is_left() throws IOException {
        Path template = Files.createDirectories(folder.resolve("templates/hello"));
        Files.writeString(template.resolve("subject.vm"), "Hello");
        Files.writeString(template.resolve("text.vm"), "Hello!");
        Path csv = Files.writeString(folder.resolve("recipients.csv"), "email\njo@example.org\n");
        Path mails = folder.resolve("mails");
        List<String> merge = new ArrayList<>(List.of("send", "--csv", csv.toString(), "--template", "hello"));
        merge.addAll(List.of("--from", "a@example.com", "--set", "templates=" + folder.resolve("templates")));
        merge.addAll(List.of("--set", "transport=file:" + mails));

        Shell.Result sent = shell.run(merge.toArray(String[]::new));
        merge.addAll(List.of("--at", "1h", "--wait=1ms", "--campaign", "later"));
        Shell.Result later = shell.run(merge.toArray(String[]::new));

        assertThat(sent.exit()).as(sent.err()).isZero();
        assertThat(sent.out()).isEqualToIgnoringNewLines("rows 1 = sent 1 + failed 0 + suppressed 0 + skipped 0");
        try (Stream<Path> files = Files.list(mails.resolve("new"))) {
            assertThat(files).hasSize(1);
        }
        assertThat(later.exit()).isEqualTo(5);
        assertThat(later.out()).contains("pending 1");
        assertThat(later.err()).contains("what is pending is kept and goes on when it can");
    }

    @Test
    void the_schema_is_printed_for_a_database_or_for_that_of_the_settings() {
        assertThat(shell.run("ddl", "mariadb").out())
                .startsWith("-- The schema of the mailer's ledger for mariadb, version 1.")
                .contains("create table if not exists mailer_delivery (")
                .contains("insert into `mailer_schema_history`");
        assertThat(shell.run("ddl", "--set", "store=jdbc:postgresql://host/mail")
                        .out())
                .startsWith("-- The schema of the mailer's ledger for postgresql, version 1.");
        assertThat(shell.run("ddl").out()).startsWith("-- The schema of the mailer's ledger for sqlite, version 1.");
        assertThat(shell.run("ddl", "--json", "h2").json().path("ddl").asString())
                .contains("create table mailer_delivery (");

        Shell.Result unknown = shell.run("ddl", "oracle");
        assertThat(unknown.exit()).isEqualTo(2);
        assertThat(unknown.err()).contains("'oracle' is no database with a schema");
    }

    @Test
    void a_key_is_made_and_mail_under_it_is_exported_and_erased() {
        Shell.Result made = shell.run("keygen", "7");
        String key = "encryption.key=" + made.out().strip();
        String id = send("jo@example.org", "--set", "transport=null:", "--set", key)
                .json()
                .path("id")
                .asString();

        Shell.Result exported = shell.run("export", "Jo@example.org", "--set", key);
        Shell.Result erased = shell.run("erase", "jo@example.org", "--set", key);
        Shell.Result again = shell.run("erase", "jo@example.org", "--set", key, "--json");
        Shell.Result plain = shell.run("list");
        Shell.Result config = shell.run("config", "--set", key);

        assertThat(made.out()).matches("7:[A-Za-z0-9+/]{43}=\\R");
        assertThat(shell.run("keygen", "0").exit()).isEqualTo(2);
        assertThat(exported.exit()).as(exported.err()).isZero();
        assertThat(exported.json().at("/email/id").asString()).isEqualTo(id);
        assertThat(exported.json().path("events").size()).isEqualTo(2);
        assertThat(new String(
                        Base64.getDecoder().decode(exported.json().path("eml").asString()), StandardCharsets.US_ASCII))
                .contains("Subject: Hi");
        assertThat(erased.out())
                .isEqualToIgnoringNewLines(
                        "erased 1 mails, cancelled 0 deliveries, took the address out of 0 suppressions");
        assertThat(again.json().path("emails").asInt()).isZero();
        assertThat(shell.run("export", "jo@example.org", "--set", key).out()).isEmpty();
        assertThat(shell.run("erase", "nobody", "--set", key).exit()).isEqualTo(2);
        assertThat(plain.exit()).isEqualTo(2);
        assertThat(plain.err()).contains("the ledger is encrypted and needs master key 7");
        assertThat(config.out())
                .contains("encryption.key")
                .doesNotContain(made.out().strip().substring(2));
    }

    @Test
    void mails_are_listed_newest_first_and_by_what_is_asked_for() {
        String first = send("jo@example.org", "--set", "transport=null:")
                .json()
                .path("id")
                .asString();
        String second = send("ann@example.org", "--set", "transport=null:")
                .json()
                .path("id")
                .asString();

        Shell.Result one = shell.run("list", "--limit", "1");
        Shell.Result rest = shell.run("list", "--after", second, "--json");
        Shell.Result byAddress = shell.run("list", "--to", "Jo@Example.org");
        Shell.Result none = shell.run("list", "--status", "ambiguous");
        Shell.Result wrong = shell.run("list", "--status", "vague");

        assertThat(one.out()).startsWith(second).contains("ann@example.org  Hi").doesNotContain(first);
        assertThat(one.err()).contains("go on with --after " + second);
        assertThat(rest.json().path("data").valueStream().map(m -> m.path("id").asString()))
                .containsExactly(first);
        assertThat(byAddress.out()).startsWith(first).doesNotContain(second);
        assertThat(none.exit()).isZero();
        assertThat(none.out()).isEmpty();
        assertThat(none.err()).contains("no such mail");
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err()).contains("status").contains("ambiguous");
    }

    @Test
    void what_became_of_a_mail_is_there_afterwards() {
        String id = send("jo@example.org", "--set", "transport=null:")
                .json()
                .path("id")
                .asString();

        Shell.Result status = shell.run("status", id);
        Shell.Result trace = shell.run("trace", id, "--json");
        Shell.Result unknown = shell.run("status", "01977d3e-5a00-7000-8000-000000000000", "--json");

        assertThat(status.exit()).isZero();
        assertThat(status.out()).contains("jo@example.org  sent");
        assertThat(trace.json()
                        .path("events")
                        .valueStream()
                        .map(e -> e.path("type").asString()))
                .contains("queued", "sent");
        assertThat(unknown.exit()).isEqualTo(4);
        assertThat(unknown.json().path("name").asString()).isEqualTo("not_found");
    }

    @Test
    void a_mail_for_later_is_kept_seen_in_the_queue_and_taken_back() {
        Shell.Result later = send("jo@example.org", "--set", "transport=null:", "--at", "1h", "--wait=1ms");
        String id = later.json().path("id").asString();

        assertThat(later.exit()).isEqualTo(5);
        assertThat(shell.run("queue").out()).contains("transactional").contains("waiting      1");
        assertThat(shell.run("queue", "pause", "transactional", "example.org").exit())
                .isZero();
        assertThat(shell.run("queue", "--json").json().toString()).contains("example.org");
        assertThat(shell.run("cancel", id).out()).contains("cancelled 1, too late for 0");
        assertThat(shell.run("status", id).out()).contains("cancelled");
    }

    @Test
    void a_mail_that_is_refused_is_a_failure() {
        Shell.Result refused = send("jo+bounce@example.org", "--set", "transport=mailbox:");

        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.json().at("/deliveries/0/failure/code").asInt()).isEqualTo(550);
        assertThat(send("nobody", "--set", "transport=null:").exit()).isEqualTo(2);
    }

    @Test
    void the_suppression_list_is_kept_with_and_without_a_key() throws IOException {
        Path csv = Files.writeString(folder.resolve("in.csv"), "jo@example.org\nann@example.org\n");
        String key = "encryption.key=" + shell.run("keygen").out().strip();
        for (String setting : List.of("log.level=warn", key)) {
            Shell.Result imported = shell.run("suppress", "import", csv.toString(), "--set", setting);
            Shell.Result check = shell.run("suppress", "check", "JO@example.org", "--set", setting);
            Shell.Result mail =
                    send("jo@example.org", "--cc", "kim@example.org", "--set", "transport=null:", "--set", setting);
            Shell.Result erased = shell.run("erase", "jo@example.org", "--set", setting);
            Shell.Result after = send("jo@example.org", "--set", "transport=null:", "--set", setting);
            Shell.Result list = shell.run("suppress", "list", "--csv", "--set", setting);
            Shell.Result still = shell.run("suppress", "check", "jo@example.org", "--set", setting);
            Shell.Result removed = shell.run("suppress", "remove", "jo@example.org", "--set", setting);

            assertThat(imported.exit()).as(imported.err()).isZero();
            assertThat(imported.out()).startsWith("rows 2 = added ");
            assertThat(check.exit()).isEqualTo(1);
            assertThat(check.out()).contains("manual, by api:command line since");
            assertThat(mail.json()
                            .path("deliveries")
                            .valueStream()
                            .map(d -> d.path("state").asString()))
                    .containsExactly("suppressed", "sent");
            assertThat(erased.exit()).as(erased.err()).isZero();
            assertThat(after.json().at("/deliveries/0/state").asString()).isEqualTo("suppressed");
            assertThat(list.out()).contains("ann@example.org,,manual,").doesNotContain("jo@");
            assertThat(still.exit()).isEqualTo(1);
            assertThat(removed.exit()).as(removed.err()).isZero();
        }
    }

    @Test
    void opens_and_clicks_are_judged_again_where_there_are_pages() {
        String since = "--since=2026-01-01T00:00:00Z";
        Shell.Result judged = shell.run("tracking", "rescore", since, "--set", "publicUrl=https://mail.example.com");
        Shell.Result nothing = shell.run("tracking", "rescore", since);

        assertThat(judged.exit()).as(judged.err()).isZero();
        assertThat(judged.out()).isEqualToIgnoringNewLines("judged 0 opens and clicks, changed 0");
        assertThat(nothing.exit()).isEqualTo(2);
        assertThat(nothing.err()).contains("publicUrl");
        assertThat(shell.run("tracking").exit()).isEqualTo(2);
        assertThat(shell.run("tracking", "rescore").err()).contains("--since");
    }
}
