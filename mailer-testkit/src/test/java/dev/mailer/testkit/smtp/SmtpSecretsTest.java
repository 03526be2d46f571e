// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.smtp.SmtpProbe;
import dev.mailer.testkit.TestContext;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Keeping the password to ourselves, whatever peers make of it. */
class SmtpSecretsTest {
    private static final TestTls TLS = Clients.Shared.TLS;
    private static final String PASSWORD = "s3cr3t-pässword";
    private static final String URI_PASSWORD = "s3cr3t-p%C3%A4ssword";
    private static final String PLAIN = base64("\0jo\0" + PASSWORD);
    private static final String TOKEN = base64("user=jo\1auth=Bearer " + PASSWORD + "\1\1");

    private final List<String> said = new ArrayList<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level level = root.getLevel();

    @BeforeEach
    void listen() {
        root.setLevel(Level.TRACE);
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        root.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        root.detachAppender(log);
        root.setLevel(level);
    }

    @Test
    void the_password_is_in_no_log_no_outcome_and_no_exception() {
        List<Reaction> reactions = List.of(
                Reaction.reply("535 5.7.8 " + TOKEN + " is wrong"),
                Reaction.reply("535 5.7.8 " + PLAIN + " is wrong"),
                Reaction.reply("535 5.7.8 " + PASSWORD),
                Reaction.reply("454 4.7.0 " + base64(PASSWORD)),
                Reaction.raw(PLAIN + "\r\n"),
                Reaction.drop(),
                Reaction.reply("235 2.7.0 ok"));
        for (String mechanism : List.of("PLAIN", "LOGIN", "SCRAM-SHA-256", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER")) {
            for (Reaction reaction : reactions) {
                try (ScriptedSmtpServer server = server(mechanism);
                        Transport transport = client(server, mechanism.contains("OAUTH") ? "&auth=" + mechanism : "")) {
                    server.once(Stage.AUTH, reaction);
                    Outcome outcome = send(transport);
                    said.add(outcome + " " + outcome.reply() + " " + outcome.facts() + " " + transport + " "
                            + transport.name());
                }
            }
        }
        for (String options : List.of("?tls=maybe", "?tls=never", "?auth=magic", "?nonsense=1", "?secret=x")) {
            try {
                Clients.of("smtp://jo:" + URI_PASSWORD + "@relay.example.com" + options)
                        .close();
                said.add("accepted " + options);
            } catch (MailerConfigException e) {
                said.add(e.toString());
            }
        }

        assertThat(said).hasSizeGreaterThan(15).noneMatch(line -> line.startsWith("accepted"));
        assertNothingSlips();
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"MAIL_FROM", "RCPT_TO", "DATA", "FINAL_REPLY"})
    void a_server_that_repeats_the_password_later_tells_nobody(Stage stage) {
        for (String mechanism : List.of("PLAIN", "LOGIN", "SCRAM-SHA-256", "XOAUTH2")) {
            for (String secret : List.of(PASSWORD, base64(PASSWORD), PLAIN, TOKEN)) {
                for (String code : List.of("530 5.7.0 ", "451 4.7.0 ", stage == Stage.DATA ? "354 " : "250 2.0.0 ")) {
                    try (ScriptedSmtpServer server = server(mechanism);
                            Transport transport = client(server, mechanism.equals("XOAUTH2") ? "&auth=xoauth2" : "")) {
                        server.always(stage, Reaction.reply(code + "you said " + secret + ", jo"));
                        for (int i = 0; i < 2; i++) {
                            Outcome outcome = send(transport);
                            boolean taken = outcome.kind() == Kind.ACCEPTED;
                            assertThat(taken).as(outcome.toString()).isEqualTo("23".indexOf(code.charAt(0)) >= 0);
                            String text =
                                    taken ? outcome.reply() : outcome.failure().text();
                            if (!taken || stage == Stage.FINAL_REPLY) {
                                assertThat(text).contains("you said ***, jo");
                            }
                            said.add(outcome + " " + text + " " + outcome.facts());
                        }
                    }
                }
            }
        }
        assertNothingSlips();
    }

    @Test
    void what_only_looks_at_a_server_keeps_it_too() {
        try (ScriptedSmtpServer server = server("PLAIN")) {
            server.once(Stage.AUTH, Reaction.reply("535 5.7.8 you said " + PLAIN));

            SmtpProbe.Report report = SmtpProbe.run(
                    TransportUri.parse("smtp://jo:" + URI_PASSWORD + "@127.0.0.1:" + server.port()),
                    TestContext.create(),
                    TLS.clientContext(),
                    Clients.PATIENCE);

            assertThat(report.failure().text()).isEqualTo("you said ***");
            said.add(report.toString());
        }
        assertNothingSlips();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "socks5"})
    void a_proxy_that_repeats_its_password_tells_nobody(String scheme) throws IOException {
        String login = "jo:" + PASSWORD;
        try (TestProxy proxy = new TestProxy(scheme.equals("socks5"), login);
                Transport transport = Clients.of("smtp://forbidden.invalid?proxy="
                        + URLEncoder.encode(
                                scheme + "://jo:" + URI_PASSWORD + "@127.0.0.1:" + proxy.port(), StandardCharsets.UTF_8)
                        + "&" + Clients.FAST)) {
            Outcome outcome = send(transport);

            assertThat(proxy.targets()).as("the login was right").containsExactly("forbidden.invalid:25");
            assertThat(outcome.failure().reason()).isEqualTo("unreachable");
            if (scheme.equals("http")) {
                assertThat(outcome.failure().text()).endsWith("407 who are you, Basic *** alias ***");
            }
            said.add(outcome + " " + outcome.facts() + " " + transport + " " + transport.name());
            assertThat(said).noneMatch(line -> line.contains(base64(login)));
        }
        assertNothingSlips();
    }

    private void assertNothingSlips() {
        // everybody's, also of threads that still say something
        root.detachAppender(log);
        for (ILoggingEvent event : List.copyOf(log.list)) {
            said.add(event.getFormattedMessage() + event.getMDCPropertyMap() + event.getThreadName());
            if (event.getThrowableProxy() != null) {
                said.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
        assertThat(String.join("\n", said))
                .doesNotContain("s3cr3t", URI_PASSWORD, base64(PASSWORD), PLAIN, TOKEN, base64("jo:" + PASSWORD));
    }

    private static ScriptedSmtpServer server(String mechanism) {
        return ScriptedSmtpServer.builder()
                .startTls(TLS)
                .credentials("jo", PASSWORD)
                .mechanisms(mechanism)
                .start();
    }

    private static Transport client(ScriptedSmtpServer server, String options) {
        return Clients.trusting(
                TLS, "smtp://jo:" + URI_PASSWORD + "@127.0.0.1:" + server.port() + "?" + Clients.FAST + options);
    }

    private static Outcome send(Transport transport) {
        return Clients.send(transport, TestMail.to("jo@example.org")).only();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
