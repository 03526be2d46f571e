// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Content;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.EventType;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.SiteState;
import dev.mailer.api.spi.TlsCount;
import dev.mailer.server.config.Settings;
import dev.mailer.server.home.RunningServer;
import dev.mailer.server.home.ServerHome;
import dev.mailer.server.http.FakeEngine;
import dev.mailer.server.http.Json;
import dev.mailer.server.http.MailerServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class CommandLineProgramTest {
    private static final InstantSource CLOCK = InstantSource.fixed(FakeEngine.NOW);
    private static final String[] MAIL = {
        "send", "--from", "a@example.com", "--to", "jo@example.org", "--subject", "Hi", "--text", "Hello"
    };

    @TempDir
    private Path folder;

    private final FakeEngine engine = new FakeEngine();
    private final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String standardInput = "";
    private MailerServer server;
    private ServerHome home;

    @BeforeEach
    void start() {
        home = new ServerHome(folder, CLOCK);
        home.firstKey();
        server = MailerServer.start(
                new Settings.Server("127.0.0.1", 0, 1 << 20, Duration.ZERO, Set.of()),
                engine,
                home.apiKeys(),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        home.announce(RunningServer.here(server.localUrl()));
        environment.put("MAILER_DATA", folder.toString());
        environment.put("MAILER_CONFIG", "");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int run(String... args) {
        out.reset();
        err.reset();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(standardInput.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                CLOCK,
                false);
        return new CommandLineProgram(terminal).run(args);
    }

    private static String[] mailAnd(String... more) {
        List<String> all = new ArrayList<>(List.of(MAIL));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private Email sent() {
        return engine.accepted.values().iterator().next();
    }

    private String sentId() {
        return engine.accepted.keySet().iterator().next().toString();
    }

    @Test
    void send_says_the_id() {
        assertThat(run(MAIL)).isZero();

        assertThat(out()).isEqualTo("accepted " + sentId() + System.lineSeparator());
        assertThat(err()).isEmpty();
        assertThat(sent().from()).hasToString("a@example.com");
    }

    @Test
    void send_reads_every_flag() throws IOException {
        Path html = Files.writeString(folder.resolve("a.html"), "<p>Hi</p>");
        Path file = Files.writeString(folder.resolve("invoice.pdf"), "pdf");

        int exit = run(mailAnd(
                "--html-file",
                html.toString(),
                "--cc",
                "c@example.org",
                "--bcc",
                "b@example.org",
                "--reply-to",
                "r@example.org",
                "--attach",
                file.toString(),
                "--inline",
                "logo=" + file,
                "--header",
                "X-A=b=c",
                "--tag",
                "kind=receipt",
                "--stream",
                "broadcast",
                "--at",
                "15m",
                "--expires",
                "2026-09-01T00:00:00Z",
                "--idempotency-key",
                "k",
                "--ambiguity-policy",
                "hold",
                "--track-opens",
                "--no-track-clicks",
                "--return-path",
                "bounce@example.com"));

        assertThat(exit).as(err()).isZero();
        Email email = sent();
        Content.Literal content = (Content.Literal) email.content();
        assertThat(content.text()).isEqualTo("Hello");
        assertThat(content.html()).isEqualTo("<p>Hi</p>");
        assertThat(content.attachments())
                .extracting(a -> a.fileName() + " " + a.contentType() + " " + a.contentId())
                .containsExactly("invoice.pdf application/pdf null", "invoice.pdf application/pdf logo");
        assertThat(email.recipients()).hasSize(3);
        assertThat(email.headers().get(0).value()).isEqualTo("b=c");
        assertThat(email.tags()).containsEntry("kind", "receipt");
        assertThat(email.stream()).isEqualTo("broadcast");
        assertThat(email.sendAt()).isEqualTo(FakeEngine.NOW.plus(Duration.ofMinutes(15)));
        assertThat(email.expiresAt()).isEqualTo(Instant.parse("2026-09-01T00:00:00Z"));
        assertThat(email.idempotencyKey()).isEqualTo("k");
        assertThat(email.trackOpens()).isTrue();
        assertThat(email.trackClicks()).isFalse();
    }

    @Test
    void send_takes_the_text_from_standard_input() {
        standardInput = "piped äöü";

        run("send", "--from", "a@example.com", "--to", "jo@example.org", "--subject", "Hi");

        assertThat(sent().trackOpens()).isNull();
        assertThat(((Content.Literal) sent().content()).text()).isEqualTo("piped äöü");
    }

    @Test
    void send_takes_a_template_with_variables_and_a_raw_message() throws IOException {
        Path raw = Files.writeString(folder.resolve("a.eml"), "Subject: x\r\n\r\ny\r\n");

        assertThat(run(
                        "send",
                        "--from",
                        "a@example.com",
                        "--to",
                        "b@example.com",
                        "--template",
                        "t",
                        "--var",
                        "n=1",
                        "--locale",
                        "de-AT"))
                .isZero();
        assertThat(sent().content()).isInstanceOf(Content.Templated.class);
        assertThat(sent().locale()).isEqualTo(Locale.forLanguageTag("de-AT"));
        engine.accepted.clear();
        assertThat(run("send", "--from", "a@example.com", "--to", "b@example.com", "--raw", raw.toString()))
                .isZero();
        assertThat(sent().content()).isInstanceOf(Content.Raw.class);
    }

    @ParameterizedTest
    @CsvSource({
        "SENT,0",
        "DELIVERED,0",
        "BOUNCED,1",
        "REJECTED,1",
        "FAILED,1",
        "SUPPRESSED,1",
        "CANCELLED,1",
        "EXPIRED,1",
        "AMBIGUOUS,1",
        "DEFERRED,5",
        "QUEUED,5",
    })
    void waiting_ends_with_a_code_for_the_outcome(DeliveryState state, int exit) {
        engine.state = state;

        assertThat(run(mailAnd("--wait=10ms"))).isEqualTo(exit);
        assertThat(out()).contains("jo@example.org  " + state.name().toLowerCase(Locale.ROOT));
        assertThat(err()).contains("waiting for the outcome");
    }

    @Test
    void sites_are_shown_a_line_each() {
        assertThat(run("sites")).isZero();
        assertThat(out()).contains("no site has connections or is slowed down");
        engine.sites.add(new SiteState(
                "mx:", "google", 0, 0, 10, FakeEngine.NOW, null, "421 4.7.0 -> suspend 15m", "421 4.7.0 no"));
        engine.tlsCounts.add(
                new TlsCount(LocalDate.of(2026, 8, 5), "example.org", "sts", 4, Map.of("certificate-expired", 1L)));

        assertThat(run("sites")).isZero();
        assertThat(out())
                .contains("google")
                .contains("suspended until 2026-08-05T11:52:01.858Z  by 421 4.7.0 -> suspend 15m: 421 4.7.0 no");
        assertThat(run("sites", "tls", "2026-08-05")).isZero();
        assertThat(out()).contains("2026-08-05  example.org").contains("good      4  certificate-expired 1");
        assertThat(run("sites", "tls", "2026-08-04")).isZero();
        assertThat(out()).contains("nothing was counted");
    }

    @Test
    void a_site_is_released_by_its_name_whatever_is_in_it() {
        String name = "mx1.example.org,mx2.example.org+1~00ff";
        engine.sites.add(new SiteState("mx:", name, 0, 0, 10, FakeEngine.NOW, null, "rule", "421 no"));

        assertThat(run("sites", "release", "mx1.example.org")).isEqualTo(ExitCodes.NOT_FOUND);
        assertThat(err()).contains("No site of this name is slowed down");
        assertThat(run("sites", "release", name)).isZero();

        assertThat(out()).contains("no site has connections or is slowed down");
        assertThat(engine.sites).isEmpty();
    }

    @Test
    void json_is_one_document() {
        run(mailAnd("--json"));
        JsonNode accepted = Json.MAPPER.readTree(out());
        run(mailAnd("--json", "--wait=1ms"));
        JsonNode waited = Json.MAPPER.readTree(out());
        int exit = run(mailAnd("--json", "--to", "nobody"));
        JsonNode refused = Json.MAPPER.readTree(out());

        assertThat(accepted.path("id").asString()).isEqualTo(sentId());
        assertThat(waited.path("deliveries")).hasSize(1);
        assertThat(exit).isEqualTo(2);
        assertThat(refused.path("name").asString()).isEqualTo("validation_error");
    }

    @Test
    void status_trace_cancel_and_queue_show_what_the_server_says() {
        run(MAIL);
        String id = sentId();

        assertThat(run("status", id)).isZero();
        assertThat(out()).startsWith(id + "  queued").contains("jo@example.org  queued  (delivery 1, attempts 0)");
        assertThat(run("trace", id)).isZero();
        assertThat(out()).contains("2026-08-05T11:52:01.858Z  queued  jo@example.org");
        assertThat(run("queue")).isZero();
        assertThat(out()).contains("transactional").contains("ready      3");
        assertThat(run("queue", "pause", "transactional", "example.org")).isZero();
        assertThat(out()).contains("held: transactional/example.org until resumed: paused by an operator");
        assertThat(run("queue", "resume", "transactional", "example.org")).isZero();
        assertThat(engine.parked).isEmpty();
        engine.state = DeliveryState.AMBIGUOUS;
        assertThat(run("queue", "give-up", id, "1")).isZero();
        assertThat(out()).contains("jo@example.org  failed");
        engine.state = DeliveryState.QUEUED;
        assertThat(run("cancel", id)).isZero();
        assertThat(out()).contains("cancelled 1, too late for 0");
    }

    @Test
    void each_failure_has_its_exit_code_and_a_plain_message() {
        assertThat(run("status", "01977d3e-5a00-7000-8000-000000000000")).isEqualTo(4);
        assertThat(err()).isEqualTo("There is no email with this id." + System.lineSeparator());
        assertThat(run("status", "7")).isEqualTo(2);
        assertThat(run("status")).isEqualTo(2);
        assertThat(run("sned")).isEqualTo(2);
        assertThat(run()).isEqualTo(2);
        assertThat(run(mailAnd("--attach", "/nowhere"))).isEqualTo(2);
        assertThat(err())
                .isEqualTo("/nowhere: cannot be read: there is no such file or folder" + System.lineSeparator());
        assertThat(run(mailAnd("--wait=soon"))).isEqualTo(2);
        assertThat(run(mailAnd("--at", "soon"))).isEqualTo(2);
        assertThat(run(mailAnd("--var", "a=b"))).isEqualTo(2);
        assertThat(run(mailAnd("--text-file", "x"))).isEqualTo(2);
        engine.refusal = new MailerUnavailableException("full", Duration.ofSeconds(1), null);
        assertThat(run(MAIL)).isEqualTo(3);
        engine.refusal = new IllegalStateException();
        assertThat(run(MAIL)).isEqualTo(1);
        assertThat(run("status", "x", "--set", "server.port=x")).isEqualTo(2);
        assertThat(err()).contains("server.port: 'x' is not a whole number");
    }

    @Test
    void what_is_larger_than_a_mail_may_be_is_refused_before_it_is_read() throws IOException {
        environment.put("MAILER_LIMITS_MESSAGE_SIZE", "1000");
        Path small = Files.write(folder.resolve("small"), new byte[600]);
        Path large = folder.resolve("large");
        try (FileChannel sparse = FileChannel.open(large, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            sparse.write(ByteBuffer.wrap(new byte[1]), 1L << 40);
        }

        assertThat(run(mailAnd("--attach", large.toString()))).isEqualTo(2);
        assertThat(err())
                .isEqualTo(large + ": has 1099511627777 bytes; a mail may have 1000 (limits.messageSize)"
                        + System.lineSeparator());
        assertThat(run(mailAnd("--attach", small.toString(), "--inline", "a=" + small)))
                .isEqualTo(2);
        assertThat(err())
                .isEqualTo(small + ": has 600 bytes; a mail may have 1000, of which what was read before takes 600"
                        + " (limits.messageSize)" + System.lineSeparator());
        assertThat(run(mailAnd("--attach", "/dev/zero"))).isEqualTo(2);
        assertThat(err()).startsWith("/dev/zero: has more than 1000 bytes; a mail may have 1000");
        standardInput = "x".repeat(1_001);
        assertThat(run("send", "--from", "a@example.com", "--to", "jo@example.org", "--subject", "Hi"))
                .isEqualTo(2);
        assertThat(err()).startsWith("standard input: has more than 1000 bytes");
        assertThat(engine.accepted).isEmpty();
    }

    @Test
    void a_server_that_does_not_answer_or_refuses_the_key_is_unavailable() {
        assertThat(run(mailAnd("--key", "mk_wrong"))).isEqualTo(3);
        assertThat(err()).contains("API key is invalid.");
        assertThat(run(mailAnd("--server", "http://127.0.0.1:1", "--key", "x"))).isEqualTo(3);
        assertThat(err()).contains("no answer from http://127.0.0.1:1");
    }

    @Test
    void an_address_or_key_that_is_none_is_told_in_a_line_and_never_shown() {
        for (String url : List.of("localhost:8080", "ftp://example.com", "http:/x")) {
            assertThat(run(mailAnd("--server", url, "--key", "mk_secret")))
                    .as(url)
                    .isEqualTo(2);
            assertThat(err()).contains("URLs such as http://127.0.0.1:8080").doesNotContain("mk_secret");
        }
        assertThat(run(mailAnd("--key", "mk_\u0007secret"))).isEqualTo(2);
        assertThat(err()).contains("the API key").doesNotContain("secret").doesNotContain("Exception");
        assertThat(run(mailAnd("--idempotency-key", "заказ-1"))).isEqualTo(2);
        assertThat(err()).contains("--idempotency-key");
        environment.put("MAILER_API_KEY", home.commandLineKey().reveal() + "\n");
        assertThat(run(mailAnd("--server", server.localUrl().toString()))).isZero();
    }

    @Test
    void an_argument_that_begins_with_an_at_sign_is_no_file() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "mk_secret");

        int exit = run(
                "send",
                "--from",
                "a@example.com",
                "--to",
                "jo@example.org",
                "--subject",
                "@@home",
                "--text",
                "@" + secret);

        assertThat(exit).isZero();
        assertThat(sent().subject()).isEqualTo("@@home");
        assertThat(((Content.Literal) sent().content()).text()).isEqualTo("@" + secret);
    }

    @Test
    void a_mail_that_was_accepted_is_said_to_be_so_whatever_comes_after() {
        engine.beforeAwait = () -> {
            throw new MailerUnavailableException("the server goes away", Duration.ofSeconds(1), null);
        };

        assertThat(run(mailAnd("--wait=1s", "--json"))).isEqualTo(5);
        assertThat(Json.MAPPER.readTree(out()).path("id").asString()).isEqualTo(sentId());
        assertThat(err()).contains("the mail is accepted, its outcome is not known: ");
    }

    @Test
    void an_export_that_breaks_off_is_a_failure() {
        run(MAIL);

        assertThat(run("export", "jo@example.org")).isZero();
        assertThat(out().lines()).hasSize(1);
        engine.exportEnds = new MailerUnavailableException("the store went away", Duration.ofSeconds(1), null);
        assertThat(run("export", "jo@example.org")).isEqualTo(1);
        assertThat(err()).startsWith("the export broke off: ");
    }

    @Test
    void the_local_key_goes_to_the_local_server_only() {
        assertThat(run(mailAnd("--server", server.localUrl().toString()))).isZero();
        assertThat(run(mailAnd("--server", "http://127.0.0.1:1"))).isEqualTo(3);
        assertThat(err()).contains("no API key: give --key or MAILER_API_KEY for http://127.0.0.1:1");
    }

    @Test
    void without_server_and_transport_nothing_is_opened() {
        home.withdraw();

        assertThat(run(MAIL)).isEqualTo(3);
        assertThat(err()).contains("no transport is set; start one with 'mailer serve'");
    }

    @Test
    void keys_are_made_listed_and_revoked() {
        environment.put("MAILER_TENANTS", "t1,t2");
        assertThat(run("keys", "create", "shop", "--tenant", "t1")).isZero();
        String secret = out().strip();
        assertThat(home.apiKeys().find(secret).tenant()).isEqualTo("t1");

        assertThat(run("keys", "list")).isZero();
        String line = out().lines().filter(l -> l.contains("shop")).findFirst().orElseThrow();
        assertThat(out()).doesNotContain(secret);
        assertThat(run("keys", "revoke", line.split(" ", -1)[0])).isZero();

        assertThat(home.apiKeys().find(secret)).isNull();
        assertThat(run("keys", "revoke", "x")).isEqualTo(4);
        assertThat(run("keys", "create", "shop", "--tenant", "t3")).isEqualTo(2);
        assertThat(err())
                .isEqualTo(
                        "--tenant: there is no tenant 't3', there are default, t1, t2; name it in the setting tenants"
                                + " first" + System.lineSeparator());
    }

    @Test
    void config_shows_the_settings_without_secrets() {
        environment.put("MAILER_TRANSPORT", "smtp://u:s3cret@h:25");
        environment.put("MAILER_SERVER_PROT", "1");

        assertThat(run("config")).isZero();

        assertThat(out())
                .contains("smtp://***@h:25")
                .contains("# MAILER_TRANSPORT")
                .doesNotContain("s3cret");
        assertThat(err()).contains("did you mean server.port?");
    }

    @Test
    void a_wrong_option_is_told_in_a_line_and_not_in_a_page() {
        assertThat(run("send", "--bogus")).isEqualTo(2);

        assertThat(err().lines())
                .containsExactly("Unknown option: '--bogus'", "'mailer send --help' tells what it takes");
        assertThat(out()).isEmpty();
    }

    @Test
    void a_wrong_option_is_told_in_json_where_that_is_asked_for() {
        assertThat(run("trace", "--json")).isEqualTo(2);

        JsonNode answer = Json.MAPPER.readTree(out());
        assertThat(answer.path("name").asString()).isEqualTo("invalid_arguments");
        assertThat(answer.path("message").asString()).isEqualTo("Missing required parameter: 'ID'");
        assertThat(err()).isEmpty();
    }

    @Test
    void help_and_version_need_nothing() {
        assertThat(run("--help")).isZero();
        assertThat(out()).contains("serve").contains("Exit codes");
        assertThat(run("send", "--help")).isZero();
        assertThat(out()).contains("--idempotency-key");
        assertThat(run("queue", "pause", "--help")).isZero();
        assertThat(out()).contains("mailer queue pause");
        assertThat(run("version")).isZero();
        assertThat(out()).startsWith("mailer ").contains("Java");
    }

    @Test
    void what_servers_said_cannot_steer_the_terminal() {
        run("send", "--from", "a@example.com", "--to", "jo@example.org", "--subject", "x\u001b[2Jy", "--text", "t");
        engine.lastEvent = EventType.QUEUED;

        run("status", sentId());

        assertThat(out()).contains("x\uFFFD[2Jy").doesNotContain("\u001b");
    }
}
