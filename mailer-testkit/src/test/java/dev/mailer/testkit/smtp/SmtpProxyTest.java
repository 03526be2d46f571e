// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Transport;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mail that leaves through a proxy, which looks up the server's name. */
@ParameterizedClass
@ValueSource(strings = {"socks5", "http"})
class SmtpProxyTest {
    private final ScriptedSmtpServer server = ScriptedSmtpServer.start();
    private final String scheme;
    private final TestProxy proxy;

    SmtpProxyTest(String scheme) throws IOException {
        this.scheme = scheme;
        this.proxy = new TestProxy(scheme.equals("socks5"));
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "jo:p%C3%A4ss@"})
    void the_proxy_connects_to_the_name(String login) {
        Outcome outcome = send("mail.example.invalid", login);

        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.ACCEPTED);
        assertThat(proxy.targets()).containsExactly("mail.example.invalid:" + server.port());
        assertThat(server.mails()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.7, 192.0.2.7", "[2001:db8::1], [2001:db8::1]"})
    void the_proxy_connects_to_an_address(String host, String target) {
        assertThat(send(host, "").kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(proxy.targets()).containsExactly(target + ":" + server.port());
    }

    @Test
    void a_wrong_login_keeps_the_mail_and_shows_no_password() {
        Outcome outcome = send("mail.example.invalid", "jo:wrong@");

        assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
        assertThat(outcome.failure().reason()).isEqualTo("unreachable");
        assertThat(outcome.toString()).contains(scheme + "://127.0.0.1").doesNotContain("wrong");
    }

    @Test
    void a_proxy_that_may_not_connect_says_why() {
        Outcome outcome = send("forbidden.invalid", "");

        assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
        assertThat(outcome.failure().text())
                .contains("cannot connect to forbidden.invalid:" + server.port())
                .contains(scheme.equals("http") ? "407 who are you" : "not allowed by its rules");
    }

    @Test
    void a_proxy_that_is_away_is_no_server() throws IOException {
        proxy.close();

        assertThat(send("mail.example.invalid", "").failure().reason()).isEqualTo("connection-refused");
    }

    @Test
    void the_source_address_can_be_chosen() {
        try (Transport transport = Clients.of(server.uri() + "?sourceAddress=127.0.0.3&" + Clients.FAST)) {
            assertThat(Clients.send(transport, TestMail.to("jo@example.org"))
                            .only()
                            .kind())
                    .isEqualTo(Kind.ACCEPTED);
        }
        try (Transport transport = Clients.of(server.uri() + "?sourceAddress=::1&" + Clients.FAST)) {
            assertThat(Clients.send(transport, TestMail.to("jo@example.org"))
                            .only()
                            .failure()
                            .reason())
                    .isEqualTo("host-unknown");
        }
    }

    private Outcome send(String host, String login) {
        String through = scheme + "://" + login + "127.0.0.1:" + proxy.port();
        String uri = "smtp://" + host + ":" + server.port() + "?proxy="
                + URLEncoder.encode(through, StandardCharsets.UTF_8) + "&" + Clients.FAST;
        try (Transport transport = Clients.of(uri)) {
            return Clients.send(transport, TestMail.to("jo@example.org")).only();
        }
    }
}
