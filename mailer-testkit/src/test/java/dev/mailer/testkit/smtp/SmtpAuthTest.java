// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Phase;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Outcome.Scope;
import dev.mailer.api.spi.SecretSource;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.testkit.TestContext;
import java.lang.reflect.Proxy;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logging in. */
class SmtpAuthTest {
    private static final TestTls TLS = Clients.Shared.TLS;
    private static final String PASSWORD = "s3cr3t-pässword";
    private static final String URI_PASSWORD = "s3cr3t-p%C3%A4ssword";

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-256", "PLAIN", "LOGIN", "CRAM-MD5"})
    void the_mechanism_that_is_offered_is_used(String mechanism) {
        try (ScriptedSmtpServer server = server(mechanism);
                Transport transport = client(server, "")) {
            assertThat(send(transport).kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(server.sessions().get(0).commands()).anyMatch(c -> c.startsWith("AUTH " + mechanism));
            assertThat(server.sessions().get(0).secure()).isTrue();
        }
    }

    @Test
    void the_mechanism_can_be_chosen() {
        try (ScriptedSmtpServer server = server("PLAIN", "LOGIN");
                Transport transport = client(server, "&auth=login")) {
            assertThat(send(transport).kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(server.sessions().get(0).commands()).contains("AUTH LOGIN");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"OAUTHBEARER", "XOAUTH2"})
    void a_token_is_used_as_one_when_the_settings_say_so(String mechanism) {
        TestContext context = TestContext.create();
        String options = "?secret=token&auth=" + mechanism.toLowerCase(Locale.ROOT) + "&" + Clients.FAST;
        try (ScriptedSmtpServer server = server(mechanism);
                Transport transport =
                        Clients.trusting(TLS, context, "smtp://jo@127.0.0.1:" + server.port() + options)) {
            context.secret("token", "run out");
            assertMisconfigured(send(transport), "authentication-rejected");
            context.secret("token", PASSWORD);
            assertThat(send(transport).kind()).isEqualTo(Kind.ACCEPTED);
        }
    }

    @Test
    void a_password_is_never_taken_for_a_token() {
        try (ScriptedSmtpServer server = server("OAUTHBEARER", "XOAUTH2");
                Transport transport = client(server, "")) {
            assertMisconfigured(send(transport), "auth-unavailable");
        }
    }

    @Test
    void a_token_that_is_exchanged_while_the_old_one_is_refused_is_tried_at_once() {
        AtomicInteger asked = new AtomicInteger();
        TransportContext context = withSecrets(name -> Secret.of(asked.getAndIncrement() == 0 ? "old" : PASSWORD));
        try (ScriptedSmtpServer server = server("XOAUTH2");
                Transport transport = Clients.trusting(
                        TLS,
                        context,
                        "smtp://jo@127.0.0.1:" + server.port() + "?secret=token&auth=xoauth2&" + Clients.FAST)) {
            assertThat(send(transport).kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(server.sessions()).hasSize(1);
        }
    }

    @Test
    void a_server_that_cannot_do_the_best_it_offers_gets_the_password_and_no_third_try() {
        try (ScriptedSmtpServer server = server("LOGIN", "PLAIN", "SCRAM-SHA-256", "CRAM-MD5");
                Transport transport = client(server, "")) {
            server.once(Stage.AUTH_CHALLENGE, Reaction.reply("535 5.7.8 not for you"));
            Outcome taken = send(transport);
            server.disconnectAll();
            server.times(9, Stage.AUTH, Reaction.reply("535 5.7.8 no"));
            Outcome refused = send(transport);

            assertThat(taken.kind()).isEqualTo(Kind.ACCEPTED);
            assertMisconfigured(refused, "authentication-rejected");
            assertThat(server.sessions().get(1).commands().stream().filter(c -> c.startsWith("AUTH ")))
                    .hasSize(2);
        }
    }

    @Test
    void a_server_that_leaves_behind_its_refusal_has_refused() {
        try (ScriptedSmtpServer server = server("SCRAM-SHA-256", "PLAIN");
                Transport transport = client(server, "")) {
            server.once(Stage.AUTH_CHALLENGE, Reaction.replyAndDrop("535 5.7.8 no"));

            assertMisconfigured(send(transport), "authentication-rejected");
        }
    }

    @Test
    void a_secret_that_is_exchanged_has_one_more_try() {
        AtomicInteger asked = new AtomicInteger();
        TransportContext context = withSecrets(name -> Secret.of("wrong " + asked.getAndIncrement()));
        try (ScriptedSmtpServer server = server("SCRAM-SHA-256", "PLAIN", "LOGIN");
                Transport transport = Clients.trusting(
                        TLS, context, "smtp://jo@127.0.0.1:" + server.port() + "?secret=x&" + Clients.FAST)) {
            assertMisconfigured(send(transport), "authentication-rejected");
            assertThat(server.sessions().get(0).commands().stream().filter(c -> c.startsWith("AUTH ")))
                    .hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"334 dj1hYWFh", "235 2.7.0 welcome", "334 ", "334 !!!"})
    void a_server_that_does_not_show_that_it_knows_the_password_is_not_believed(String said) {
        try (ScriptedSmtpServer server = server("SCRAM-SHA-256");
                Transport transport = client(server, "")) {
            server.once(Stage.AUTH_CHALLENGE, Reaction.reply(said));

            Outcome outcome = send(transport);

            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.DEFERRED);
            assertThat(outcome.failure().reason()).isEqualTo("protocol-error");
            assertThat(server.mails()).isEmpty();
            assertThat(server.awaitEnd(Clients.PATIENCE))
                    .as("the connection is closed")
                    .isTrue();
        }
    }

    @Test
    void a_long_initial_response_waits_to_be_asked() {
        String password = "p".repeat(500);
        try (ScriptedSmtpServer server = ScriptedSmtpServer.builder()
                        .startTls(TLS)
                        .credentials("jo", password)
                        .start();
                Transport transport = Clients.trusting(
                        TLS, "smtp://jo:" + password + "@127.0.0.1:" + server.port() + "?" + Clients.FAST)) {
            assertThat(send(transport).kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(server.sessions().get(0).commands()).contains("AUTH PLAIN");
        }
    }

    @Test
    void nothing_offered_that_we_know_is_a_wrong_setting() {
        try (ScriptedSmtpServer server = server("GSSAPI");
                Transport transport = client(server, "")) {
            assertMisconfigured(send(transport), "auth-unavailable");
        }
    }

    @Test
    void a_wrong_password_is_a_wrong_setting_and_a_temporary_failure_is_not() {
        try (ScriptedSmtpServer server = server("PLAIN");
                Transport transport = client(server, "")) {
            server.once(Stage.AUTH, Reaction.reply("535 5.7.8 no"));
            Outcome wrong = send(transport);
            server.once(Stage.AUTH, Reaction.reply("454 4.7.0 directory is down"));
            Outcome later = send(transport);

            assertMisconfigured(wrong, "authentication-rejected");
            assertThat(later.kind()).isEqualTo(Kind.DEFERRED);
            assertThat(later.scope()).isEqualTo(Scope.TRANSPORT);
            assertThat(send(transport).kind()).isEqualTo(Kind.ACCEPTED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop", "garbage"})
    void a_lost_connection_at_auth_is_deferred(String fault) {
        try (ScriptedSmtpServer server = server("PLAIN");
                Transport transport = client(server, "")) {
            server.once(Stage.AUTH, fault.equals("drop") ? Reaction.drop() : Reaction.raw("?\r\n"));

            Outcome outcome = send(transport);

            assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
            assertThat(outcome.failure().phase()).isEqualTo(Phase.AUTH);
        }
    }

    @Test
    void a_password_never_goes_in_clear_but_to_this_machine_and_when_asked() {
        try (ScriptedSmtpServer server =
                        ScriptedSmtpServer.builder().credentials("jo", PASSWORD).start();
                Transport opportunistic = client(server, "&tls=opportunistic");
                Transport never = client(server, "&tls=never")) {
            Outcome refused = send(opportunistic);
            Outcome taken = send(never);

            assertMisconfigured(refused, "auth-needs-tls");
            assertThat(refused.failure().text()).contains("tls=required", "smtps");
            assertThat(server.sessions().get(0).commands()).noneMatch(c -> c.startsWith("AUTH"));
            assertThat(taken.kind()).isEqualTo(Kind.ACCEPTED);
        }
    }

    @Test
    void a_named_secret_is_looked_up_at_each_connect() {
        TestContext context = TestContext.create();
        try (ScriptedSmtpServer server = server("PLAIN");
                Transport transport = Clients.trusting(
                        TLS,
                        context,
                        "smtp://jo@127.0.0.1:" + server.port() + "?secret=rotating&maxMessagesPerConnection=1")) {
            assertMisconfigured(send(transport), "secret-missing");
            context.secret("rotating", "old");
            assertMisconfigured(send(transport), "authentication-rejected");
            context.secret("rotating", PASSWORD);
            assertThat(send(transport).kind()).isEqualTo(Kind.ACCEPTED);
        }
    }

    private static TransportContext withSecrets(SecretSource secrets) {
        TestContext usual = TestContext.create();
        return (TransportContext) Proxy.newProxyInstance(
                TransportContext.class.getClassLoader(),
                new Class<?>[] {TransportContext.class},
                (proxy, method, arguments) ->
                        method.getName().equals("secrets") ? secrets : method.invoke(usual, arguments));
    }

    private static ScriptedSmtpServer server(String... mechanisms) {
        return ScriptedSmtpServer.builder()
                .startTls(TLS)
                .credentials("jo", PASSWORD)
                .mechanisms(mechanisms)
                .start();
    }

    private static Transport client(ScriptedSmtpServer server, String options) {
        return Clients.trusting(
                TLS, "smtp://jo:" + URI_PASSWORD + "@127.0.0.1:" + server.port() + "?" + Clients.FAST + options);
    }

    private static Outcome send(Transport transport) {
        return Clients.send(transport, TestMail.to("jo@example.org")).only();
    }

    private static void assertMisconfigured(Outcome outcome, String reason) {
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(outcome.failure().reason()).isEqualTo(reason);
        assertThat(outcome.failure().phase()).isEqualTo(Phase.AUTH);
    }
}
