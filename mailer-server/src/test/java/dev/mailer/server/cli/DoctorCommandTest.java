// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.testkit.dns.DnsReaction;
import dev.mailer.testkit.dns.ScriptedDnsServer;
import dev.mailer.testkit.smtp.Reaction;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import dev.mailer.testkit.smtp.Stage;
import dev.mailer.testkit.smtp.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DoctorCommandTest {
    @TempDir
    private Path folder;

    private Shell.Result doctor(String... settings) {
        List<String> all = new ArrayList<>(List.of("doctor"));
        for (String setting : settings) {
            all.addAll(setting.startsWith("--") ? List.of(setting) : List.of("--set", setting));
        }
        return new Shell(folder.resolve("data")).run(all.toArray(String[]::new));
    }

    @Test
    void a_good_installation_has_no_problem() throws IOException {
        Path template = Files.createDirectories(folder.resolve("templates/hello"));
        Files.writeString(template.resolve("subject.vm"), "Hello");
        Files.writeString(template.resolve("text.vm"), "Hello $name");
        Files.writeString(template.resolve("sample.json"), "{\"name\":\"Jo\"}");
        try (ScriptedSmtpServer server =
                ScriptedSmtpServer.builder().credentials("jo", "hush-hush").start()) {
            Shell.Result result = doctor(
                    "transport=smtp://jo:hush-hush@127.0.0.1:" + server.port() + "?tls=never",
                    "hostName=mail.example.com",
                    "templates=" + folder.resolve("templates"),
                    "server.port=0");

            assertThat(result.exit()).as(result.out()).isZero();
            assertThat(result.out())
                    .contains("ok       settings: complete")
                    .contains("ok       java: ")
                    .contains("is not there yet; the first start makes it")
                    .contains("ok       server: none runs on this folder")
                    .contains("name: 127.0.0.1")
                    .contains("extensions: ")
                    .contains("SIZE 52428800")
                    .contains("login: accepted")
                    .contains("ok       templates: all render: 1")
                    .contains("warning  transport default")
                    .doesNotContain("hush-hush")
                    .doesNotContain("problem");
            assertThat(server.mails()).isEmpty();
            assertThat(server.sessions().get(0).commands()).startsWith("EHLO mail.example.com");
        }
    }

    @Test
    void a_server_is_verified_by_the_authorities_of_the_settings() throws IOException {
        TestTls tls = TestTls.localhost();
        Path authorities = Files.writeString(folder.resolve("ca.pem"), tls.authorityPem());
        try (ScriptedSmtpServer server =
                ScriptedSmtpServer.builder().startTls(tls).start()) {
            String transport = "transport=smtp://localhost:" + server.port() + "?tls=required";

            assertThat(doctor(transport, "server.port=0", "tls.authorities=" + authorities)
                            .out())
                    .contains("TLS: TLSv1.3")
                    .contains("certificate: CN=localhost, verified");
            assertThat(doctor(transport, "server.port=0").out())
                    .contains("problem  transport default (smtp://localhost:" + server.port() + ") TLS: ");
        }
    }

    @Test
    void a_refused_login_is_quoted_without_the_secret() {
        try (ScriptedSmtpServer server =
                ScriptedSmtpServer.builder().credentials("jo", "right").start()) {
            Shell.Result result =
                    doctor("transport=smtp://jo:wrong-one@127.0.0.1:" + server.port() + "?tls=never", "server.port=0");

            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.out())
                    .containsPattern("problem  transport default \\(smtp://127.0.0.1:\\d+\\) login: 535 ")
                    .contains("         see user and password")
                    .doesNotContain("wrong-one");
        }
    }

    @Test
    void a_server_that_repeats_the_secret_is_quoted_without_it() {
        String plain = Base64.getEncoder().encodeToString("\0jo\0wrong-one".getBytes(StandardCharsets.US_ASCII));
        for (String secret : List.of("wrong-one", plain)) {
            try (ScriptedSmtpServer server =
                    ScriptedSmtpServer.builder().credentials("jo", "right").start()) {
                server.once(Stage.AUTH, Reaction.reply("535 5.7.8 you said " + secret + ", jo"));

                Shell.Result result = doctor(
                        "transport=smtp://jo:wrong-one@127.0.0.1:" + server.port() + "?tls=never", "server.port=0");

                assertThat(result.exit()).isEqualTo(1);
                assertThat(result.out()).contains("login: 535 you said ***, jo");
                assertThat(result.out() + result.err()).doesNotContain("wrong-one", plain);
            }
        }
    }

    @Test
    void missing_starttls_and_a_hanging_server_are_told_apart_in_a_composite_transport() {
        try (ScriptedSmtpServer plain = ScriptedSmtpServer.start();
                ScriptedSmtpServer hanging = ScriptedSmtpServer.start()) {
            hanging.once(Stage.GREETING, Reaction.stall());

            Shell.Result result = doctor(
                    "transport=failover(" + plain.uri() + "?tls=required, " + hanging.uri() + ")",
                    "server.port=0",
                    "--timeout=5s");

            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.out())
                    .contains(plain.uri() + ") TLS: the server does not offer STARTTLS")
                    .contains("problem  transport default (" + hanging.uri() + ") connection: ");
        }
    }

    @Test
    void name_servers_dane_ehlo_and_a_host_of_a_domain_are_looked_at_for_mail_straight_to_hosts() {
        try (ScriptedDnsServer dns = ScriptedDnsServer.start();
                ScriptedSmtpServer host = ScriptedSmtpServer.start()) {
            dns.signed("org").exists("org");
            dns.mx("example.net", 10, "mx.example.net").address("mx.example.net", "127.0.0.1");

            Shell.Result result = doctor(
                    "transport=failover(" + mx(dns, host) + " null:)",
                    "hostName=mail.example.com",
                    "server.port=0",
                    "--to=Example.NET");

            assertThat(result.exit()).as(result.out()).isZero();
            assertThat(result.out())
                    .contains("ok       transport default (mx:) name server: 127.0.0.1 port " + dns.port() + " answers")
                    .contains("ok       transport default (mx:) DANE: is used where a domain has it")
                    .contains("ok       transport default (mx:) EHLO: mail.example.com")
                    .contains(
                            "ok       transport default (mx:) to example.net: a session with mx.example.net[127.0.0.1]:"
                                    + host.port() + ", in clear text");
            assertThat(host.sessions()).hasSize(1);
            assertThat(host.sessions().get(0).commands()).containsExactly("EHLO mail.example.com", "QUIT");
        }
    }

    @Test
    void a_name_server_that_fails_and_a_host_that_refuses_are_problems_and_no_full_name_is_a_warning() {
        try (ScriptedDnsServer dns = ScriptedDnsServer.start();
                ScriptedSmtpServer host = ScriptedSmtpServer.start()) {
            dns.always("org", DnsReaction.servfail()).always("_mta-sts.example.net", DnsReaction.servfail());
            dns.mx("example.net", 10, "mx.example.net").address("mx.example.net", "127.0.0.1");
            host.once(Stage.GREETING, Reaction.reply("554 5.7.1 your address is on a list"));

            Shell.Result visited = doctor(
                    "transport=" + mx(dns, host) + "&dane=off&ehlo=box.local", "server.port=0", "--to=example.net");
            Shell.Result alone = doctor("transport=" + mx(dns, host), "server.port=0");

            assertThat(visited.exit()).isEqualTo(1);
            assertThat(visited.out())
                    .contains("DANE: is turned off by dane=off")
                    .contains("warning  transport default (mx:) EHLO: 'box.local' is no name that others know")
                    .contains("problem  transport default (mx:) to example.net: mx.example.net[127.0.0.1]:")
                    .contains("554 your address is on a list");
            assertThat(alone.exit()).isEqualTo(1);
            assertThat(alone.out())
                    .contains("problem  transport default (mx:) name server: 127.0.0.1 port " + dns.port()
                            + " gives no answer: dns-servfail")
                    .contains("DANE: is unknown")
                    .contains("port 25: is not tried");
        }
    }

    @Test
    void a_domain_that_takes_no_mail_cannot_be_visited_and_one_that_is_none_is_refused() {
        try (ScriptedDnsServer dns = ScriptedDnsServer.start();
                ScriptedSmtpServer host = ScriptedSmtpServer.start()) {
            dns.nullMx("example.net");

            assertThat(doctor("transport=" + mx(dns, host), "server.port=0", "--to=example.net")
                            .out())
                    .contains("to example.net: the domain example.net takes no mail: its MX record says so")
                    .contains("see how the domain is written, or visit another");
            assertThat(doctor("transport=null:", "server.port=0", "--to=example.net")
                            .out())
                    .contains("warning  transport: none sends to MX hosts, so none of example.net is visited");
            assertThat(doctor("--to=not a domain").exit()).isEqualTo(2);
            assertThat(host.sessions()).isEmpty();
        }
    }

    private static String mx(ScriptedDnsServer dns, ScriptedSmtpServer host) {
        return "mx:?dns=127.0.0.1:" + dns.port() + "&port=" + host.port() + "&allowPrivate=on";
    }

    @Test
    void all_problems_of_the_settings_are_named() {
        Shell.Result result = doctor("server.port=99999", "retry.first=soon", "--json");

        assertThat(result.exit()).isEqualTo(1);
        JsonNode data = result.json().path("data");
        assertThat(data.path(0).path("level").asString()).isEqualTo("problem");
        assertThat(data.path(0).path("text").asString()).startsWith("server.port: ");
        assertThat(data.path(1).path("text").asString()).startsWith("retry.first: ");
        assertThat(data.path(1).path("advice").asString()).isNotEmpty();
    }

    @Test
    void a_taken_port_a_bad_template_and_an_unknown_host_are_problems() throws IOException {
        Path template = Files.createDirectories(folder.resolve("templates/broken"));
        Files.writeString(template.resolve("text.vm"), "#if(");
        Files.writeString(template.resolve("sample.json"), "{}");
        try (ServerSocket taken = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Shell.Result result = doctor(
                    "server.port=" + taken.getLocalPort(),
                    "templates=" + folder.resolve("templates"),
                    "transport=smtp://nowhere.invalid");

            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.out())
                    .contains("problem  server: another program listens on 127.0.0.1 port " + taken.getLocalPort())
                    .contains("problem  templates: broken")
                    .containsPattern("problem  transport default.*");
        }
    }

    @Test
    void the_ledger_of_an_earlier_run_is_looked_at() {
        Shell shell = new Shell(folder.resolve("data"));
        shell.run("list");

        assertThat(doctor("transport=null:", "server.port=0").out())
                .containsPattern("ok       store: sqlite opens, schema version \\d+")
                .contains("ok       transport default: is not looked at: it is not SMTP");
    }
}
