// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    private static ThrowableAssertAlternative<InvalidEmailException> assertRefused(Runnable call) {
        return assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(call::run)
                .satisfies(e -> assertThat(e.field()).isEqualTo("address"));
    }

    @Test
    void a_bare_address_has_its_parts() {
        Address address = Address.of("Jo.Doe+x@Example.ORG");

        assertThat(address.name()).isNull();
        assertThat(address.localPart()).isEqualTo("Jo.Doe+x");
        assertThat(address.domain()).isEqualTo("example.org");
        assertThat(address.unicodeDomain()).isEqualTo("Example.ORG");
        assertThat(address.spec()).isEqualTo("Jo.Doe+x@example.org").hasToString(address.toString());
        assertThat(address.key()).isEqualTo("jo.doe+x@example.org");
        assertThat(address.needsSmtpUtf8()).isFalse();
    }

    @Test
    void an_international_address_keeps_its_local_part_and_gets_an_ascii_domain() {
        Address address = Address.of("D\u00F6rte@fa\u00DF\u3002DE");

        assertThat(address.spec()).isEqualTo("D\u00F6rte@xn--fa-hia.de");
        assertThat(address.unicodeDomain()).isEqualTo("fa\u00DF\u3002DE");
        assertThat(address.key()).isEqualTo("d\u00F6rte@xn--fa-hia.de");
        assertThat(address.needsSmtpUtf8()).isTrue();
        assertThat(Address.of("jo@b\u00FCcher.example").needsSmtpUtf8()).isFalse();
        assertThat(Address.of("jo@a\u3002b\uFF0Ec\uFF61d").domain()).isEqualTo("a.b.c.d");
    }

    @Test
    void mailbox_forms_are_read() {
        assertThat(Address.parse("  jo@example.org ")).isEqualTo(Address.of("jo@example.org"));
        assertThat(Address.parse("<jo@example.org>")).isEqualTo(Address.of("jo@example.org"));
        assertThat(Address.parse("Jo  Doe<jo@example.org>")).isEqualTo(Address.of("Jo Doe", "jo@example.org"));
        assertThat(Address.parse("\"Doe, \\\"Jo\\\" \\\\\" <jo@example.org>"))
                .isEqualTo(Address.of("Doe, \"Jo\" \\", "jo@example.org"));
        assertThat(Address.parse("J. Doe \"x@y\" <jo@example.org>").name()).isEqualTo("J. Doe x@y");
        assertThat(Address.parse("\"\" <jo@example.org>").name()).isNull();
        assertThat(Address.parse("\"<jo@example.com>\" <jo@example.org>").domain())
                .isEqualTo("example.org");
        assertThat(Address.parse("\"a@example.com\"@example.org").spec()).isEqualTo("\"a@example.com\"@example.org");
    }

    @Test
    void a_list_is_split_at_unquoted_commas() {
        List<Address> list = Address.parseList("jo@example.org, \"Doe, Al\" <al@example.org> ,\"a,b\"@example.org");

        assertThat(list)
                .extracting(Address::spec)
                .containsExactly("jo@example.org", "al@example.org", "\"a,b\"@example.org");
        assertThat(list.get(1).name()).isEqualTo("Doe, Al");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                "a@b,",
                ",a@b",
                "a@b,,c@d",
                "a@b;c@d",
                "a@b c@d",
                "Team: a@b, c@d;",
                "undisclosed-recipients:;",
                "a@b\n,c@d",
                "<a@b> c@d",
                "a@b, c",
                "Doe, Jo <a@b>"
            })
    void a_list_that_is_not_plain_mailboxes_is_refused(String list) {
        assertRefused(() -> Address.parseList(list));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "a",
                "a@",
                "@b",
                "a@b@c",
                "a@@b",
                "a b@c",
                "a@b c",
                " a@b",
                "a@b ",
                "a@b.",
                "a@.b",
                "a@b..c",
                ".a@b",
                "a.@b",
                "a..b@c",
                "a@-b",
                "a@b-",
                "a@b_c",
                "a@b/c",
                "a@ab--c",
                "a(c)@b",
                "a@b(c)",
                "(c)a@b",
                "<a@b>",
                "Jo <a@b>",
                "@x,@y:a@b",
                "@x:a@b",
                "a\\b@c",
                "a,b@c",
                "a;b@c",
                "a:b@c",
                "a<b@c",
                "a[b]@c",
                "\"a@b",
                "\"a\"b@c",
                "a\"b\"@c",
                "\"a\".b@c",
                "\"\"\"@c",
                "\"a\\\"@c",
                "\"a\tb\"@c",
                "\"a\\\u00E9\"@c",
                "a@\"b\"",
                "a@[1.2.3.4",
                "a@1.2.3.4]",
                "a@[1.2.3]",
                "a@[1.2.3.4.5]",
                "a@[1.2.3.256]",
                "a@[01.2.3.4]",
                "a@[1.2..4]",
                "a@[1.2.3.4]x",
                "a@[::1]",
                "a@[]",
                "a@[IPv6:]",
                "a@[IPv6:1:2:3:4:5:6:7]",
                "a@[IPv6:1:2:3:4:5:6:7:8:9]",
                "a@[IPv6:1::2::3]",
                "a@[IPv6::1]",
                "a@[IPv6:1:2:3:4:5:6::7]",
                "a@[IPv6:12345::]",
                "a@[IPv6:g::]",
                "a@[IPv6:::1.2.3]",
                "a@[IPv6:::1%eth0]",
                "a@[IPv6:1.2.3.4::]",
                "a@[IPv6: ::1]",
                "a@[tag:x]",
                "a@[x]",
                "=?utf-8?q?a=40b?=@c",
                "\"=?utf-8?q?a?=\"@c",
                "\"=\\?utf-8?q?a?\\=\"@c",
                "a\u00A0b@c",
                "a\u200Bb@c",
                "a\u200Db@c",
                "a\u202Eb@c",
                "a\u2066b@c",
                "a\uE000b@c",
                "a\u0378b@c",
                "a\uFFFEb@c",
                "a\uFEFFb@c",
                "a\u2028b@c",
                "a\u3000b@c",
                "a\u3164b@c",
                "a\uFFFDb@c",
                "a\u007Fb@c",
                "\u0338a@b",
                "\"\u0338a\"@b",
                "a\uFF20b@c",
                "a\uFE6Bb",
                "a\uFF1Cb@c",
                "a\u037Eb@c",
                "a\uD800b@c",
                "a@b\uDC00",
                "a@\uFF0Eb",
                "a@b\uFF0E",
                "a@b\u3002\u3002c",
                "a@\u1FEF.com",
                "a@b\uFF20c",
                "a@b\u2215c",
                "a@xn--0.com",
                "a@xn--.com"
            })
    void what_is_not_a_bare_address_is_refused(String text) {
        assertRefused(() -> Address.of(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@b",
                "user@localhost",
                "!#$%&'*+-/=?^_`{|}~@b",
                "a%0d%0ab@c",
                "a@1.2.3.4",
                "a@b.123",
                "\"\"@b",
                "\" \"@b",
                "\"a b\"@c",
                "\"a\\\"b\\\\\"@c",
                "\"a@b\"@c",
                "\"a..b\"@c",
                "a@[1.2.3.4]",
                "a@[255.255.255.255]",
                "a@[0.0.0.0]",
                "a@[IPv6:::]",
                "a@[IPv6:::1]",
                "a@[ipv6:1:2:3:4:5:6:7:8]",
                "a@[IPv6:1:2:3:4:5:6:1.2.3.4]",
                "a@[IPv6:1::]",
                "a@[IPv6:1:2::3:4:1.2.3.4]",
                "a@[IPv6:::ffff:1.2.3.4]",
                "\u7528\u6237@\u4F8B\u5B50.\u5E7F\u544A",
                "a@xn--3e0b707e",
                "a=?b@c",
                "a\u0338@b",
                "\uD83D\uDE06@b",
                "\"\u00FC \u00FC\"@b",
                "a\u4E0A@b"
            })
    void what_smtp_allows_is_accepted_and_survives(String text) {
        Address address = Address.of(text);

        assertThat(Address.of(address.spec()).spec()).isEqualTo(address.spec());
        assertThat(Address.parse(text)).isEqualTo(address);
        assertThat(Address.parse(address.toString())).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Jo <a@b", "Jo a@b>", "Jo <a@b> x", "Jo <<a@b>>", "Jo <>", "Jo < a@b>", "Jo <a@b >", "a@b <c@d>",
                        "Doe, Jo <a@b>",
                "Jo (x) <a@b>", "Jo [x] <a@b>", "\"Jo <a@b>", "\"Jo\" \"", "Jo", "\"Jo\"", "Jo <\"a@b>", "Jo <@x:a@b>",
                        "a@b>",
                "\"a\" b@c", "a b@c", "Jo\t<a@b>", "Jo\u2028<a@b>", "\"J\\\ro\" <a@b>", "Team: a@b;", "a@b,c@d",
                        "<a@x>b@y"
            })
    void what_is_not_one_mailbox_is_refused(String text) {
        assertRefused(() -> Address.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Jo Doe|Jo Doe <a@b>",
                "D\u00F6rte|D\u00F6rte <a@b>",
                "Doe, Jo|\"Doe, Jo\" <a@b>",
                "J. Doe|\"J. Doe\" <a@b>",
                "x@y.z|\"x@y.z\" <a@b>",
                "<x@y>, z|\"<x@y>, z\" <a@b>",
                "say \"hi\" \\|\"say \\\"hi\\\" \\\\\" <a@b>",
                "=?utf-8?q?x?=|\"=?utf-8?q?x?=\" <a@b>",
                "' Jo'|\" Jo\" <a@b>",
                "J  o|\"J  o\" <a@b>",
            })
    void a_name_is_quoted_where_it_must_be_and_never_changes_the_address(String name, String shown) {
        Address address = Address.of(name, "a@b");

        assertThat(address).hasToString(shown);
        assertThat(address.spec()).isEqualTo("a@b");
        assertThat(Address.parse(shown)).isEqualTo(address);
    }

    @Test
    void a_blank_or_missing_name_is_none() {
        assertThat(Address.of(" ", "a@b").name()).isNull();
        assertThat(Address.of(null, "a@b")).isEqualTo(Address.of("a@b")).hasToString("a@b");
        assertThatNullPointerException().isThrownBy(() -> Address.of(null)).withMessage("addrSpec");
    }

    @Test
    void equality_looks_at_name_and_case_but_the_mailbox_does_not_look_at_the_name() {
        Address plain = Address.of("jo@example.org");

        assertThat(plain).isEqualTo(Address.of("jo@EXAMPLE.org")).hasSameHashCodeAs(Address.of("jo@EXAMPLE.org"));
        assertThat(plain).isNotEqualTo(Address.of("Jo", "jo@example.org")).isNotEqualTo(Address.of("Jo@example.org"));
        assertThat(plain.sameMailbox(Address.of("Jo", "jo@example.org"))).isTrue();
        assertThat(plain.sameMailbox(Address.of("\"j\\o\"@example.org"))).isTrue();
        assertThat(plain.sameMailbox(Address.of("Jo@example.org"))).isFalse();
        assertThat(plain.sameMailbox(Address.of("jo@example.com"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "\"Jo\"@Example.org, jo@example.org",
                "\"j\\o\"@example.org, jo@example.org",
                "\"j..o\"@example.org, \"j..o\"@example.org",
                "\"j\\ o\"@example.org, \"j o\"@example.org",
                "\"\"@example.org, \"\"@example.org",
                "a@[IPv6:ABCD::], a@[ipv6:abcd::]",
                "ju\u0308@example.org, j\u00FC@example.org",
                "J\u00DC@example.org, j\u00FC@example.org",
            })
    void one_key_covers_the_spellings_of_a_mailbox(String spec, String key) {
        assertThat(Address.of(spec).key()).isEqualTo(key);
        assertThat(Address.of(key).key()).isEqualTo(key);
    }

    @Test
    void the_limits_are_exact() {
        String label = "a".repeat(63);

        assertThat(Address.of("a".repeat(64) + "@b").localPart()).hasSize(64);
        assertRefused(() -> Address.of("a".repeat(65) + "@b"))
                .withMessage("address: the local part has 65 octets, allowed are 1 to 64 (RFC 5321 §4.5.3.1.1)");
        assertThat(Address.of("\u00FC".repeat(32) + "@b").needsSmtpUtf8()).isTrue();
        assertRefused(() -> Address.of("\u00FC".repeat(32) + "a@b"));
        assertThat(Address.of("a@" + (label + '.').repeat(3) + "a".repeat(60)).spec())
                .hasSize(254);
        assertRefused(() -> Address.of("a@" + (label + '.').repeat(3) + "a".repeat(61)))
                .withMessage("address: has 255 octets, allowed are 254 (RFC 5321 §4.5.3.1.3)");
        assertRefused(() -> Address.of("a@" + (label + '.').repeat(4) + "a"))
                .withMessage("address: the domain has more than 255 octets (RFC 5321 §4.5.3.1.2)");
        assertRefused(() -> Address.of("a@" + label + "a"))
                .withMessage("address: label 1 of the domain has 64 octets, allowed are 1 to 63");
        assertThat(Address.of("n".repeat(320), "a@b").name()).hasSize(320);
        assertRefused(() -> Address.of("n".repeat(321), "a@b"))
                .withMessage("address: the display name has 321 characters, allowed are 320");
        assertRefused(() -> Address.of("a".repeat(1_001)))
                .withMessage("address: has 1001 characters, allowed are 1000");
        assertRefused(() -> Address.parse(" ".repeat(10_001)))
                .withMessage("address: has 10001 characters, allowed are 10000");
    }

    @Test
    void messages_say_what_and_where_but_never_the_address() {
        assertRefused(() -> Address.of("secret.jo example.org"))
                .withMessageContaining("U+0020 at 9")
                .withMessageNotContaining("secret");
        assertRefused(() -> Address.of("secret")).withMessage("address: there is no '@'");
        assertRefused(() -> Address.of("secret..jo@b")).withMessage("address: two dots in a row at 7");
        assertRefused(() -> Address.of("jo@b@c"))
                .withMessage("address: holds U+0040 at 4 after the address; an address has one '@' outside quotes");
        assertRefused(() -> Address.parse("Jo (secret) <a@b>"))
                .withMessageContaining("U+0028 at 3")
                .withMessageContaining("comments are not supported")
                .withMessageNotContaining("secret");
        assertRefused(() -> Address.parseList("Team: a@b;"))
                .withMessageContaining("groups and source routes are not supported");
        assertRefused(() -> Address.of("jo@exa_mple.org"))
                .withMessage("address: label 1 of the domain holds U+005F; allowed are letters, digits and '-'");
        assertRefused(() -> Address.of("jo\r@b"))
                .withMessage(
                        "address: the text holds the control character U+000D at 2; line ends and NUL are refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r", "\n", "\r\n", "\u2028", "\u2029", "\u0085", "\0", "\t", "\u000B", "\u001B"})
    void a_line_end_or_control_is_refused_at_every_position(String bad) {
        inserted("jo.doe@example.org", bad).forEach(text -> {
            assertRefused(() -> Address.of(text));
            assertRefused(() -> Address.parse(text));
            assertRefused(() -> Address.parseList(text));
        });
        inserted("\"jo doe\"@[127.0.0.1]", bad).forEach(text -> assertRefused(() -> Address.of(text)));
        inserted("\"jo\\ doe\"@b\u00FCcher.example", bad).forEach(text -> assertRefused(() -> Address.of(text)));
        inserted("Jo Doe", bad).forEach(name -> assertRefused(() -> Address.of(name, "jo@example.org")));
        inserted("\"Doe, Jo\" <jo@example.org>", bad).forEach(text -> assertRefused(() -> Address.parse(text)));
        inserted("Jo Doe <jo@example.org>", bad)
                .forEach(text -> assertRefused(() -> Address.parseList("a@b, " + text)));
    }

    /** The low octets of these letters are CR and LF, which a careless narrowing to Latin-1 would bring back. */
    @ParameterizedTest
    @ValueSource(strings = {"\u560D", "\u560A", "\u560D\u560A"})
    void letters_with_the_low_octet_of_a_line_end_stay_letters(String letters) {
        for (String text : inserted("jo@example.org", letters)) {
            Address address = Address.of(text);

            assertThat(address.spec().getBytes(StandardCharsets.UTF_8)).doesNotContain('\r', '\n');
            assertThat(address.domain()).isASCII();
            assertThat(address.needsSmtpUtf8()).isEqualTo(address.localPart().length() > 2);
            assertThat(Address.of(address.spec()).spec()).isEqualTo(address.spec());
        }
        for (String name : inserted("Jo", letters)) {
            assertThat(Address.of(name, "jo@example.org").name()).isEqualTo(name);
        }
    }

    private static List<String> inserted(String into, String what) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i <= into.length(); i++) {
            all.add(into.substring(0, i) + what + into.substring(i));
        }
        return all;
    }

    @Test
    void nothing_but_an_invalid_email_exception_comes_out_and_what_is_accepted_is_stable() {
        Random random = new Random(5321);
        String[] pieces = {
            "a",
            "B",
            "1",
            ".",
            "@",
            "\"",
            "\\",
            "<",
            ">",
            ",",
            " ",
            "(",
            ")",
            "[",
            "]",
            ":",
            ";",
            "IPv6:",
            "::",
            "127.0.0.1",
            "xn--",
            "-",
            "=?",
            "?=",
            "\u00FC",
            "u\u0308",
            "\u00DF",
            "\u3002",
            "\u200D",
            "\u0338",
            "\uD83D\uDE06",
            "\uD800",
            "\uFF20",
            "\r",
            "example.org",
            "jo",
            "\u0646",
            "\uFF0D",
            "\uAB70",
            "fa-hia"
        };
        List<Function<String, Object>> readers = List.of(Address::of, Address::parse, Address::parseList);
        int accepted = 0;
        for (int n = 0; n < 15_000; n++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "jo@" : "");
            for (int length = random.nextInt(8); length >= 0; length--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            for (Function<String, Object> reader : readers) {
                try {
                    Object read = reader.apply(text.toString());
                    List<?> all = read instanceof List<?> list ? list : List.of(read);
                    all.forEach(a -> assertThat(Address.parse(a.toString())).isEqualTo(a));
                    accepted++;
                } catch (InvalidEmailException e) {
                    assertThat(e.field()).isEqualTo("address");
                }
            }
        }
        assertThat(accepted).isGreaterThan(300);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "\"",
                "\\",
                ".",
                "a.",
                "@",
                "<",
                "(",
                "\" ",
                "a@b,",
                ", ",
                " ",
                "\u0301",
                "\uFF76\uFF9E",
                "\"\"",
                "a ",
                "=?",
                "1:",
                "["
            })
    void long_input_is_refused_or_read_in_linear_time(String pump) {
        String text = pump.repeat(1_000_000 / pump.length());

        for (String prefix : List.of("", "\"", "a@", "a@[IPv6:", "a@b, x <")) {
            Assertions.assertTimeout(Duration.ofSeconds(10), () -> {
                try {
                    Address.parseList((prefix + text).substring(0, 1_000_000));
                } catch (InvalidEmailException e) {
                    assertThat(e.getMessage()).hasSizeLessThan(300);
                }
            });
        }
    }
}
