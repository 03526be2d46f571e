// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Transport;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings become part of commands, also of those for a proxy: what is no line end to us is none to the peer, and what is one is refused. */
class SmtpSettingsInjectionTest {
    /** Lines only when cut to eight bits or decoded once more. */
    private static final List<String> LOOKALIKE = List.of("a\u560D\u560Ab", "a\u560Ab", "a%0d%0ab", "a%0ab");

    private static final List<String> SCHEMES = List.of("socks5", "http");

    private final ScriptedSmtpServer server = ScriptedSmtpServer.start();

    @AfterEach
    void close() {
        server.close();
    }

    static List<String> lookalikes() {
        return LOOKALIKE;
    }

    @ParameterizedTest
    @MethodSource("lookalikes")
    void what_only_looks_like_a_line_end_is_in_no_name(String value) {
        String encoded = encoded(value);

        assertRefused(server.uri() + "?ehlo=" + encoded);
        for (String host : List.of(value, encoded)) {
            assertRefused("smtp://" + host + ":" + server.port());
            for (String scheme : SCHEMES) {
                assertRefused(server.uri() + "?proxy=" + encoded(scheme + "://" + host + ":1080"));
            }
        }
        assertThat(server.sessions()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("lookalikes")
    void what_only_looks_like_a_line_end_stays_within_a_login(String value) {
        String encoded = encoded(value);
        try (ScriptedSmtpServer own = ScriptedSmtpServer.builder()
                        .credentials(value, value)
                        .mechanisms("PLAIN")
                        .start();
                Transport transport = Clients.of("smtp://" + encoded + ":" + encoded + "@127.0.0.1:" + own.port()
                        + "?tls=never&" + Clients.FAST)) {
            assertAccepted(transport);

            assertThat(own.sessions().get(0).commands())
                    .startsWith("EHLO client.example.com", "AUTH PLAIN " + base64('\0' + value + '\0' + value))
                    .hasSize(5);
        }
    }

    static Stream<Arguments> lookalikesForProxies() {
        return SCHEMES.stream().flatMap(scheme -> LOOKALIKE.stream().map(value -> Arguments.of(scheme, value)));
    }

    @ParameterizedTest
    @MethodSource("lookalikesForProxies")
    void what_only_looks_like_a_line_end_stays_within_the_login_of_a_proxy(String scheme, String value)
            throws IOException {
        String login = value + ':' + value;
        try (TestProxy proxy = new TestProxy(scheme.equals("socks5"), login);
                Transport transport = Clients.of("smtp://mail.example.invalid:" + server.port() + "?proxy="
                        + encoded(scheme + "://" + encoded(value) + ":" + encoded(value) + "@127.0.0.1:" + proxy.port())
                        + "&" + Clients.FAST)) {
            assertAccepted(transport);

            String target = "mail.example.invalid:" + server.port();
            assertThat(proxy.targets()).containsExactly(target);
            assertThat(proxy.requests())
                    .containsExactly(
                            scheme.equals("socks5")
                                    ? login
                                    : "CONNECT " + target + " HTTP/1.1\r\nHost: " + target
                                            + "\r\nProxy-Authorization: Basic " + base64(login) + "\r\n\r\n");
            assertThat(server.sessions().get(0).commands()).hasSize(4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r", "\n", "\r\n", "\r\nX-More: x", "\0", "\u0085"})
    void what_leaves_a_line_is_in_no_setting_of_a_proxy(String value) {
        for (String scheme : SCHEMES) {
            for (String inner : List.of(encoded("a" + value + "b"), "a" + value + "b")) {
                assertRefused(server.uri() + "?proxy=" + encoded(scheme + "://" + inner + ":pw@127.0.0.1:1080"));
                assertRefused(server.uri() + "?proxy=" + encoded(scheme + "://jo:" + inner + "@127.0.0.1:1080"));
                assertRefused(server.uri() + "?proxy=" + encoded(scheme + "://" + inner + ":1080"));
                assertRefused(server.uri() + "?proxy=" + encoded(scheme + "://jo:pw@" + inner));
            }
        }
        assertThat(server.sessions()).isEmpty();
    }

    private static void assertAccepted(Transport transport) {
        Outcome outcome = Clients.send(transport, TestMail.to("jo@example.org")).only();
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.ACCEPTED);
    }

    private static void assertRefused(String uri) {
        assertThatThrownBy(() -> Clients.of(uri).close())
                .as(uri)
                .isInstanceOf(MailerConfigException.class)
                .satisfies(e -> assertThat(e.getMessage().chars()).noneMatch(Character::isISOControl))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("pw"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
