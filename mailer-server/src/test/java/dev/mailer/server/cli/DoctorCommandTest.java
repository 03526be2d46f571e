// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.testkit.smtp.Reaction;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import dev.mailer.testkit.smtp.Stage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
