// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransportUriTest {
    private static void assertRefused(String message, Runnable call) {
        assertThatExceptionOfType(MailerConfigException.class)
                .isThrownBy(call::run)
                .withMessage(message)
                .satisfies(e -> assertThat(e.option()).isEqualTo("transport"));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            quoteCharacter = '`',
            value = {
                // text, scheme, user, password, host, port, path, toString
                "smtp://host, smtp, -, -, host, -1, ``, smtp://host",
                "smtp://host:587, smtp, -, -, host, 587, ``, smtp://host:587",
                "SMTP://Relay.EXAMPLE.com:25, smtp, -, -, relay.example.com, 25, ``, smtp://relay.example.com:25",
                "smtp://u:p@host:587/a/b, smtp, u, p, host, 587, /a/b, smtp://host:587",
                "smtp://u@host, smtp, u, -, host, -1, ``, smtp://host",
                "smtp://u:@host, smtp, u, ``, host, -1, ``, smtp://host",
                "smtp://:p@host, smtp, ``, p, host, -1, ``, smtp://host",
                "smtp://u:p:q@host, smtp, u, p:q, host, -1, ``, smtp://host",
                "smtp://jo@shop.com:p@host, smtp, jo@shop.com, p, host, -1, ``, smtp://host",
                "smtp://u:p@q@host, smtp, u, p@q, host, -1, ``, smtp://host",
                "smtp://u%40x:p%3A%2F%3F%25@host, smtp, u@x, p:/?%, host, -1, ``, smtp://host",
                "smtp://u:a+b%2Bc%20d@host, smtp, u, a+b+c d, host, -1, ``, smtp://host",
                "smtp://u:%F0%9F%98%80@host, smtp, u, \uD83D\uDE00, host, -1, ``, smtp://host",
                "smtp://[::1], smtp, -, -, [::1], -1, ``, smtp://[::1]",
                "smtp://[2001:DB8::25]:25, smtp, -, -, [2001:db8::25], 25, ``, smtp://[2001:db8::25]:25",
                "smtp://u:p@[::ffff:192.0.2.1]:25/x, smtp, u, p, [::ffff:192.0.2.1], 25, /x,"
                        + " smtp://[::ffff:192.0.2.1]:25",
                "smtp://127.0.0.1:1, smtp, -, -, 127.0.0.1, 1, ``, smtp://127.0.0.1:1",
                "smtp://host:65535, smtp, -, -, host, 65535, ``, smtp://host:65535",
                "smtp://_relay-1.internal, smtp, -, -, _relay-1.internal, -1, ``, smtp://_relay-1.internal",
                "mx://, mx, -, -, ``, -1, ``, mx:",
                "memory:, memory, -, -, ``, -1, ``, memory:",
                "memory:box, memory, -, -, ``, -1, box, memory:box",
                "file:/var/mail/a%20b, file, -, -, ``, -1, /var/mail/a b, file:/var/mail/a b",
                "file:///var/mail/jo@example.org, file, -, -, ``, -1, /var/mail/jo@example.org,"
                        + " file:/var/mail/jo@example.org",
                "x+y-z.1:a, x+y-z.1, -, -, ``, -1, a, x+y-z.1:a"
            })
    void a_uri_has_its_parts(
            String text,
            String scheme,
            String user,
            String password,
            String host,
            int port,
            String path,
            String shown) {
        TransportUri uri = TransportUri.parse(text);

        assertThat(uri.scheme()).isEqualTo(scheme);
        assertThat(uri.user()).isEqualTo(user);
        assertThat(uri.password()).isEqualTo(password == null ? null : Secret.of(password));
        assertThat(uri.host()).isEqualTo(host);
        assertThat(uri.port(-1)).isEqualTo(port);
        assertThat(uri.path()).isEqualTo(path);
        assertThat(uri.options()).isEmpty();
        assertThat(uri).hasToString(shown);
    }

    @Test
    void options_are_percent_encoded() {
        TransportUri uri = TransportUri.parse("smtp://u:p@host:587?tls=require&ehlo=a%26b%3Dc&empty=&flag&&a=b=c+d");

        assertThat(uri.options())
                .isEqualTo(Map.of("tls", "require", "ehlo", "a&b=c", "empty", "", "flag", "", "a", "b=c+d"))
                .isUnmodifiable();
        assertThat(uri.option("tls", "x")).isEqualTo("require");
        assertThat(uri.option("empty", "x")).isEmpty();
        assertThat(uri.option("none", "x")).isEqualTo("x");
        assertThat(uri).hasToString("smtp://host:587");
        assertThat(TransportUri.parse("memory:?keep=5").option("keep", "")).isEqualTo("5");
    }

    @Test
    void the_port_has_a_fallback() {
        assertThat(TransportUri.parse("smtp://host").port(587)).isEqualTo(587);
        assertThat(TransportUri.parse("smtp://host:25").port(587)).isEqualTo(25);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host",
                "host.example.com",
                "//host",
                ":x",
                "1smtp://host",
                "sm tp://host",
                "u:p@host",
                "\u00E4://x"
            })
    void a_text_without_a_scheme_is_refused(String text) {
        if (text.equals("u:p@host")) {
            assertThat(TransportUri.parse(text).scheme()).isEqualTo("u");
            return;
        }
        assertRefused(
                "transport: does not begin with a scheme; expected something like smtp://user:password@host:587",
                () -> TransportUri.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "99999", "100000", "x", "", "-1", "+25", "25x", " 25", "\u0662\u0665"})
    void a_bad_port_is_refused(String port) {
        assertRefused(
                "transport: smtp: the port is not a number from 1 to 65535",
                () -> TransportUri.parse("smtp://u:hunter2@host:" + port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ho st",
                "h%6Fst",
                "h\u00F6st",
                "host,b",
                "::1",
                "[::1",
                "::1]",
                "[x]",
                "[]",
                "a]b",
                "h#x",
                "h\r\nx"
            })
    void a_bad_host_is_refused(String host) {
        assertRefused(
                "transport: smtp: the host holds a character that host names do not have; percent-encode '@', ':',"
                        + " '/' and '?' in user and password",
                () -> TransportUri.parse("smtp://u:hunter2@" + host + ":25"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "smtp://u:hunter2%@host",
                "smtp://u:hunter2%2@host",
                "smtp://u:hunter2%zz@host",
                "smtp://u%:hunter2@host",
                "smtp://u:hunter2@host/%",
                "smtp://u:hunter2@host?a=%x",
                "smtp://u:hunter2@host?%=x",
                "smtp:%"
            })
    void a_percent_sign_that_encodes_nothing_is_refused(String text) {
        assertRefused(
                "transport: smtp: a '%' is not followed by two hex digits; write '%25' for the sign itself",
                () -> TransportUri.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "smtp://u%0D%0Ax:p@host, user",
        "smtp://u:hunter2%0A@host, password",
        "smtp://u:hunter2%00@host, password",
        "smtp://u:hunter2@host?ehlo=a%0D%0AQUIT, option 'ehlo'",
        "smtp://u:hunter2@host/a%00b, path",
        "smtp://u:hunter2@host/a%0D, path",
        "smtp://u:hunter2@host?eh%0Alo=a, name of an option",
        "smtp://u:hunter2@host?ehlo=%C2%85, option 'ehlo'"
    })
    void a_control_character_in_what_becomes_a_command_is_refused(String text, String what) {
        assertRefused("transport: smtp: the " + what + " holds a control character", () -> TransportUri.parse(text));
    }

    @Test
    void an_option_that_is_given_twice_is_refused() {
        assertRefused(
                "transport: smtp: option 'tls' is given twice",
                () -> TransportUri.parse("smtp://u:hunter2@host?tls=none&a=b&tls=require"));
        assertRefused(
                "transport: smtp: option 'tl%73' is given twice",
                () -> TransportUri.parse("smtp://u:hunter2@host?tls=none&tl%73=require"));
    }

    @Test
    void an_unknown_option_is_refused_with_those_that_are_known() {
        TransportUri uri = TransportUri.parse("smtp://u:hunter2@host:25?tsl=none");

        assertRefused(
                "transport: smtp://host:25: unknown option 'tsl'; known are [auth, tls]",
                () -> uri.requireOptionsAmong(Set.of("tls", "auth")));
        assertThatNoException().isThrownBy(() -> uri.requireOptionsAmong(Set.of("tsl")));
    }

    @Test
    void a_missing_host_is_an_error_where_one_is_needed() {
        assertThat(TransportUri.parse("smtp://host").requireHost()).isEqualTo("host");
        assertRefused(
                "transport: smtp://: the host is missing; expected smtp://host:port",
                () -> TransportUri.parse("smtp://u:hunter2@").requireHost());
        assertRefused(
                "transport: smtp://: the host is missing; expected smtp://host:port",
                () -> TransportUri.parse("smtp:u:hunter2@host").requireHost());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "smtp://user:12/hunter2@host",
                "smtp://user:12?hunter2@host",
                "smtp://user:12?hunter2=x@host",
                "smtp://user:12/x?hunter2@host",
                "smtp://user:12?a&a@hunter2",
                "smtp://user:?hunter2@host"
            })
    void a_password_that_ends_the_authority_is_refused(String text) {
        assertRefused(
                "transport: smtp: an '@' stands behind the host; percent-encode '@', ':', '/' and '?' in user and"
                        + " password",
                () -> TransportUri.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "smtp://user:hunter2@host:25",
                "smtp://user:hunter2@host:25/path?a=b",
                "smtp://user:hunter2@",
                "smtp://user:hunter2@@host",
                "smtp://user:@hunter2@host",
                "smtp:user:hunter2@host",
                "smtp:/user:hunter2@host",
                "smtp://user:hunter2/@host",
                "smtp://user:hunter2?@host",
                "smtp://user:hunter2#@host",
                "smtp://user:hunter2%@host",
                "smtp://user:hunter2@host:0",
                "smtp://user:hunter2@ho st",
                "smtp://user:hunter2@host?a=%",
                "smtp://user:hunter2\n@host",
                "smtp://user:1/hunter2@host",
                "smtp://user:1?hunter2@host",
                "smtp://user:hunter2@host?other=1"
            })
    void nothing_that_prints_holds_the_password(String text) {
        String printed;
        try {
            TransportUri uri = TransportUri.parse(text);
            printed = uri + " " + uri.password();
            uri.requireHost();
            uri.requireOptionsAmong(Set.of("tls"));
        } catch (MailerConfigException e) {
            printed = e.toString() + e.getCause();
        }

        assertThat(printed).doesNotContain("hunter2").doesNotContain("user:");
    }

    @Test
    void prints_no_login_where_the_slashes_are_forgotten() {
        assertThat(TransportUri.parse("smtp:user:hunter2@host")).hasToString("smtp:***@host");
        assertThat(TransportUri.parse("smtp:user@host")).hasToString("smtp:***@host");
        assertThat(TransportUri.parse("smtp:/user:hunter2@host")).hasToString("smtp:***@host");
    }
}
