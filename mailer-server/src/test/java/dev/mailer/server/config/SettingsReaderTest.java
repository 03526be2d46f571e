// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mailer.api.Email;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsReaderTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "mailbox", "metrics, mailbox"})
    void open_parts_are_read_as_they_are_shown(String given) {
        Settings settings = SettingsReader.read(null, Map.of(), Map.of("server.open", given));
        String shown = settings.shown().stream()
                .filter(s -> s.key().equals("server.open"))
                .findFirst()
                .orElseThrow()
                .value();

        assertThat(shown).doesNotContain("[");
        assertThat(SettingsReader.read(null, Map.of(), Map.of("server.open", shown))
                        .server())
                .isEqualTo(settings.server());
    }

    @Test
    void nothing_is_needed() {
        Settings settings = SettingsReader.read(null, Map.of(), Map.of());

        assertThat(settings.home()).isEqualTo(Path.of("mailer-data"));
        assertThat(settings.server().host()).isEqualTo("127.0.0.1");
        assertThat(settings.server().port()).isEqualTo(8080);
        assertThat(settings.server().open()).isEmpty();
        assertThat(settings.mail().store()).isEqualTo("sqlite:" + Path.of("mailer-data", "mailer.db"));
        assertThat(settings.mail().transports()).isEmpty();
        assertThat(settings.shown()).extracting(Settings.Shown::key).containsAll(fixedNames());
    }

    private static List<String> fixedNames() {
        return SettingNames.ALL.stream()
                .filter(name -> !name.contains("*")
                        && !Set.of("limits.slots", "limits.slowCalls").contains(name))
                .toList();
    }

    @Test
    void the_environment_goes_over_the_file_and_the_command_line_over_both() throws IOException {
        Path file = file("""
                # a comment
                server.port = 1
                server.host=one
                  transport=smtp://a:b=c@host:25?x=y
                limits.lease=5s
                """);

        Settings settings = SettingsReader.read(
                file,
                Map.of("MAILER_SERVER_PORT", "2", "MAILER_SERVER_HOST", "two", "MAILER_DATA", "/d"),
                Map.of("server.port", "3"));

        assertThat(settings.server().port()).isEqualTo(3);
        assertThat(settings.server().host()).isEqualTo("two");
        assertThat(settings.mail().transports()).containsOnly(Map.entry("default", "smtp://a:b=c@host:25?x=y"));
        assertThat(settings.mail().store()).isEqualTo("sqlite:/d/mailer.db");
        assertThat(settings.shown())
                .contains(
                        new Settings.Shown("server.port", "3", "the command line"),
                        new Settings.Shown("server.host", "two", "MAILER_SERVER_HOST"),
                        new Settings.Shown("limits.lease", "5s", "mailer.conf line 5"));
    }

    @Test
    void variables_spell_names_in_capitals() {
        Settings settings = SettingsReader.read(
                null,
                Map.of(
                        "MAILER_RETENTION_IDEMPOTENCY_KEYS", "2d",
                        "MAILER_TRANSPORTS_BACKUP", "smtp://b:25",
                        "MAILER_TRANSPORT", "smtp://a:25",
                        "MAILER_STREAMS_BROADCAST_WEIGHT", "2"),
                Map.of());

        assertThat(settings.mail().transports()).containsOnlyKeys("default", "backup");
        assertThat(settings.shown())
                .contains(
                        new Settings.Shown("retention.idempotencyKeys", "2d", "MAILER_RETENTION_IDEMPOTENCY_KEYS"),
                        new Settings.Shown("streams.broadcast.weight", "2", "MAILER_STREAMS_BROADCAST_WEIGHT"));
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void tenants_are_a_list_of_names() {
        Settings settings = SettingsReader.read(null, Map.of(), Map.of("tenants", "acme, other"));

        MailerBuilder builder = Mailers.builder().transport("memory:").paused();
        settings.engine().accept(builder);
        try (MailerEngine engine = builder.build()) {
            Email.Builder mail = Email.builder()
                    .from("shop@example.com")
                    .to("jo@example.org")
                    .subject("Hello")
                    .text("Hello");
            engine.send(mail.tenant("other").build());
        }
    }

    @Test
    void a_variable_that_is_no_setting_is_a_warning_because_an_orchestrator_adds_its_own() {
        Settings settings = SettingsReader.read(
                null,
                Map.of(
                        "MAILER_SERVER_PROT",
                        "1",
                        "MAILER_SERVICE_HOST",
                        "10.0.0.1",
                        "MAILER_SERVER_PORT",
                        "tcp://10.0.0.7:8080",
                        "MAILER_URL",
                        "x"),
                Map.of());

        assertThat(settings.warnings())
                .containsExactly(
                        "MAILER_SERVER_PORT: is an orchestrator's, for a service of that name, and ignored",
                        "MAILER_SERVER_PROT: is no setting and ignored; did you mean server.port?",
                        "MAILER_SERVICE_HOST: is no setting and ignored; did you mean server.host?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            server.prot=1 | server.prot: is no setting; did you mean server.port? (from mailer.conf line 1)
            sever.host=x | sever.host: is no setting; did you mean server.host? (from mailer.conf line 1)
            completely.different.thing=x | completely.different.thing: is no setting (from mailer.conf line 1)
            streams.broadcast.wait=1 | streams.broadcast.wait: is no setting; did you mean streams.broadcast.weight? (from mailer.conf line 1)
            just text | mailer.conf line 1: expected key=value or a comment that begins with #
            server.port=http | server.port: 'http' is not a whole number from 0 to 65535 (from mailer.conf line 1)
            server.port=65536 | server.port: '65536' is not a whole number from 0 to 65535 (from mailer.conf line 1)
            server.port= | server.port: '' is not a whole number from 0 to 65535 (from mailer.conf line 1)
            server.host=a b | server.host: 'a b' is not a host name or address (from mailer.conf line 1)
            server.bodySize=1 | server.bodySize: '1' is not a size such as 25MB, 1024 bytes to 1073741824 (from mailer.conf line 1)
            server.shutdown=soon | server.shutdown: 'soon' is not a duration such as 500ms, 30s, 5m, 4h, 7d (from mailer.conf line 1)
            server.open=all | server.open: 'all' is not a list of mailbox, metrics (from mailer.conf line 1)
            transport=smtp.example.com | transport: does not begin with a scheme; expected something like smtp://user:password@host:587 (from mailer.conf line 1)
            transport=smtp://h:0 | transport: smtp: the port is not a number from 1 to 65535 (from mailer.conf line 1)
            transports.a=smtp://h | transport: is missing; transports.* only adds further ones
            tenants=acme,the other | tenants: a name has 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_', '.'; 'the other' is none (from mailer.conf line 1)
            streams.broadcast.weight=0 | streams.broadcast.weight: is 0, allowed are 1 to 1000 (from mailer.conf line 1)
            streams.broadcast.weight=x | streams.broadcast.weight: 'x' is not a whole number from 0 to 1000 (from mailer.conf line 1)
            retry.first=0 | retry.first: is PT0S, more than zero is needed (from mailer.conf line 1)
            retry.jitter=0.9 | retry.jitter: is 0.9, allowed are 0 to 0.5 (from mailer.conf line 1)
            retry.jitter=much | retry.jitter: 'much' is not a number (from mailer.conf line 1)
            limits.messageSize=x | limits.messageSize: 'x' is not a size such as 25MB, 1 bytes to 1073741824 (from mailer.conf line 1)
            limits.maxUnsettled=0 | limits.maxUnsettled: '0' is not a whole number of at least 1 (from mailer.conf line 1)
            limits.slots=-1 | limits.slots: '-1' is not a whole number of at least 1 (from mailer.conf line 1)
            limits.lease=1s | limits.lease: is PT1S, at least 2 seconds are needed (from mailer.conf line 1)
            templates=/nowhere | templates: '/nowhere' is not a folder that exists (from mailer.conf line 1)
            plugins.folder=/nowhere | plugins.folder: '/nowhere' is not a folder that exists (from mailer.conf line 1)
            nodeName=a b | nodeName: 'a b' is not a name without blanks (from mailer.conf line 1)
            log.format=xml | log.format: 'xml' is not auto, json or text (from mailer.conf line 1)
            log.level=loud | log.level: 'loud' is not error, warn, info, debug or trace (from mailer.conf line 1)
            """)
    void an_error_names_the_setting_the_value_and_what_is_allowed(String line, String error) throws IOException {
        assertThat(problems(file(line + "\n"), Map.of())).containsExactly(error);
    }

    @Test
    void all_errors_are_told_at_once() throws IOException {
        Path file = file("server.port=x\nserver.port=y\nfoo\nlimits.lease=1s\n");

        assertThat(problems(file, Map.of("MAILER_LOG_LEVEL", "loud")))
                .containsExactly(
                        "server.port: is given twice, in mailer.conf line 1 and in mailer.conf line 2",
                        "mailer.conf line 3: expected key=value or a comment that begins with #",
                        "server.port: 'y' is not a whole number from 0 to 65535 (from mailer.conf line 2)",
                        "limits.lease: is PT1S, at least 2 seconds are needed (from mailer.conf line 4)",
                        "log.level: 'loud' is not error, warn, info, debug or trace (from MAILER_LOG_LEVEL)");
    }

    @Test
    void a_file_that_is_not_there_is_an_error() {
        assertThat(problems(folder.resolve("none.conf"), Map.of()))
                .containsExactly(folder.resolve("none.conf") + ": cannot be read: there is no such file or folder");
    }

    @Test
    void a_master_key_is_not_quoted_when_it_is_wrong() {
        Map<String, String> wrong = Map.of("encryption.key", "1:unmistakable", "encryption.oldKeys", "2:secret");

        assertThatThrownBy(() -> SettingsReader.read(null, Map.of(), wrong))
                .hasMessageContaining("encryption.key: is not version:base64")
                .hasMessageNotContaining("unmistakable")
                .hasMessageNotContaining("2:secret");
        assertThatThrownBy(() -> SettingsReader.read(null, Map.of(), Map.of("encryption.oldKeys", "2:secret")))
                .hasMessageContaining("encryption.oldKeys: are set without a current one");
    }

    @Test
    void secrets_are_not_shown() throws IOException {
        Path file = file("""
                store=jdbc:postgresql://user:s3cret@db/x?user=u&password=s3cret
                transport=failover(smtp://u:s3cret@a:25?token=s3cret smtp://u:p@s3cret@b)
                transports.x=resend://s3cret@default
                """);

        Settings settings = SettingsReader.read(file, Map.of(), Map.of());

        assertThat(settings.shown()).extracting(Settings.Shown::value).noneMatch(v -> v.contains("s3cret"));
        assertThat(settings.shown())
                .extracting(Settings.Shown::value)
                .contains(
                        "jdbc:postgresql://***@db/x?***",
                        "failover(smtp://***@a:25?*** smtp://***@b)",
                        "resend://***@default");
    }

    @ParameterizedTest
    @CsvSource({
        "500ms,PT0.5S",
        "30s,PT30S",
        "5m,PT5M",
        "4h,PT4H",
        "7d,PT168H",
        "1h30m,PT1H30M",
        "PT5M,PT5M",
        "0,PT0S",
    })
    void durations_have_units(String text, Duration expected) {
        assertThat(Values.duration(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"500ms", "30s", "90m", "5h", "7d", "0", "1500ms", "PT0.0001S"})
    void durations_are_shown_as_they_are_written(String text) {
        assertThat(Values.shown(Values.duration(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"5", "s", "-5s", "5 s", "5s!", "PT-5M", "''", "9999999999s"})
    void anything_else_is_no_duration(String text) {
        assertThat(Values.duration(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"1,1", "512k,524288", "25MB,26214400", "64MiB,67108864", "1 GB,1073741824", "7b,7"})
    void sizes_are_powers_of_1024(String text, long expected) {
        assertThat(Values.size(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"x", "1T", "-1", "1.5MB", "''"})
    void anything_else_is_no_size(String text) {
        assertThat(Values.size(text)).isNull();
    }

    private List<String> problems(Path file, Map<String, String> environment) {
        return catchThrowableOfType(ConfigException.class, () -> SettingsReader.read(file, environment, Map.of()))
                .problems();
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("mailer.conf"), text);
    }

    @Test
    void a_stream_leaves_by_the_transport_that_it_names() {
        Map<String, String> given =
                Map.of("transport", "null:", "transports.bulk", "memory:bulk", "streams.broadcast.transport", "bulk");
        MailerBuilder builder =
                Mailers.builder().store("memory").transport("null:").transport("bulk", "memory:bulk");
        SettingsReader.read(null, Map.of(), given).engine().accept(builder);
        try (MailerEngine engine = builder.build()) {
            MessageId id = engine.send(
                            Email.builder()
                                    .from("shop@example.com")
                                    .to("jo@example.org")
                                    .subject("News")
                                    .text("News")
                                    .stream("broadcast")
                                    .build())
                    .id();
            assertThat(engine.await(id, Duration.ofSeconds(60)).isFinal()).isTrue();
            assertThat(engine.trace(id).events())
                    .extracting(MailEvent::transport)
                    .contains("memory:bulk")
                    .doesNotContain("null:");
        }
    }

    @Test
    void a_stream_cannot_name_a_transport_that_is_not_set() {
        assertThatThrownBy(() -> SettingsReader.read(
                        null, Map.of(), Map.of("transport", "null:", "streams.broadcast.transport", "bulk")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("streams.broadcast.transport: 'bulk' is none of transports.*, which are []; set"
                        + " transports.bulk, too (from the command line)");
    }
}
