// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PunycodeTest {
    /** RFC 3492 §7.1, in lower case where the RFC shows mixed-case annotation. */
    @ParameterizedTest
    @CsvSource({
        "\u0644\u064A\u0647\u0645\u0627\u0628\u062A\u0643\u0644\u0645\u0648\u0634\u0639\u0631\u0628\u064A\u061F, egbpdaj6bu4bxfgehfvwxn",
        "\u4ED6\u4EEC\u4E3A\u4EC0\u4E48\u4E0D\u8BF4\u4E2D\u6587, ihqwcrb4cv8a8dqg056pqjye",
        "Pro\u010Dprost\u011Bnemluv\u00ED\u010Desky, Proprostnemluvesky-uyb24dma41a",
        "\u306A\u305C\u307F\u3093\u306A\u65E5\u672C\u8A9E\u3092\u8A71\u3057\u3066\u304F\u308C\u306A\u3044\u306E\u304B, n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa",
        "3\u5E74B\u7D44\u91D1\u516B\u5148\u751F, 3B-ww4c5e180e575a65lsy2b",
        "\u5B89\u5BA4\u5948\u7F8E\u6075-with-SUPER-MONKEYS, -with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n",
        "Hello-Another-Way-\u305D\u308C\u305E\u308C\u306E\u5834\u6240, Hello-Another-Way--fc4qua05auwb3674vfr0b",
        "\u3072\u3068\u3064\u5C4B\u6839\u306E\u4E0B2, 2-u9tlzr9756bt3uc0v",
        "\u305D\u306E\u30B9\u30D4\u30FC\u30C9\u3067, d9juau41awczczp",
        "-> $1.00 <-, -> $1.00 <--",
    })
    void encodes_and_decodes_the_samples_of_the_rfc(String unicode, String ascii) {
        assertThat(Punycode.encode(unicode)).isEqualTo(ascii);
        assertThat(Punycode.decode(ascii)).isEqualTo(unicode);
    }

    @Test
    void decodes_what_it_encoded() {
        Random random = new Random(3492);
        for (int n = 0; n < 5_000; n++) {
            StringBuilder label = new StringBuilder();
            for (int length = random.nextInt(60); length >= 0; length--) {
                int cp = random.nextInt(3) == 0 ? 'a' + random.nextInt(26) : random.nextInt(0x110000);
                label.appendCodePoint(cp >= 0xD800 && cp <= 0xDFFF ? '-' : cp);
            }

            assertThat(Punycode.decode(Punycode.encode(label.toString()))).isEqualTo(label.toString());
        }
    }

    @Test
    void garbage_ends_in_one_kind_of_error() {
        Random random = new Random(5891);
        String alphabet = "abcdefghijklmnopqrstuvwxyz0123456789-";
        for (int n = 0; n < 20_000; n++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(59); length >= 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                assertThat(Punycode.toAscii("xn--" + text)).isEqualTo("xn--" + text);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"99999999", "a9999999999", "a-9", "ab c", "\u00FC", "4", "-"})
    void refuses_what_is_not_punycode(String encoded) {
        assertThatIllegalArgumentException().isThrownBy(() -> Punycode.decode(encoded));
    }

    @ParameterizedTest
    @CsvSource({
        "fa\u00DF, xn--fa-hia",
        "FA\u1E9E, xn--fa-hia",
        "\u0392\u03CC\u03BB\u03BF\u03C2, xn--nxasmm1c",
        "\u0392\u038C\u039B\u039F\u03A3, xn--nxasmq6b",
        "B\u00DCCHER, xn--bcher-kva",
        "bu\u0308cher, xn--bcher-kva",
        "\u4F8B\u5B50, xn--fsqu00a",
        "\uD55C\uAD6D, xn--3e0b707e",
        "\uFF34\uFF25\uFF33\uFF34, test",
        "\uFF76\uFF9E, xn--mck",
        "\u0130, xn--i-9bb",
        "\u0131, xn--cfa",
        "\u13A0, xn--58d",
        "\uAB70, xn--58d",
        "l\u00B7l, xn--ll-0ea",
        "\uD83D\uDE06, xn--k28h",
        "XN--FSQU00A, xn--fsqu00a",
    })
    void maps_a_label_to_ascii(String label, String ascii) {
        assertThat(Punycode.toAscii(Punycode.map(label))).isEqualTo(ascii);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-a",
                "a-",
                "ab--c",
                "a_b",
                "a b",
                "\u00FC-",
                "-\u00FC",
                "ab--\u00FC",
                "\u0301a",
                "a\u200Db",
                "a\u00ADb",
                "a\u202Eb",
                "a\uE000b",
                "a\u0378b",
                "a\uFB01b",
                "\u2460",
                "a\u2044b",
                "a\u2215b",
                "a\u00B7b",
                "\u00B7",
                "a\u0085b",
                "a\u3164b",
                "\u2764\uFE0F",
                "a\uFFFDb",
                "\u1FEF",
                "a\uFF20b",
                "a\uFF0Fb",
                "xn--",
                "xn--0",
                "xn--abc",
                "xn--abc-",
                "xn--example",
                "xn--fa\u00DF",
                "xn--BCHER-KV",
                "xn--a-ecp",
                "xn--tst-qla--",
                "xn--xn--a"
            })
    void refuses_a_label_that_no_domain_may_hold(String label) {
        assertThatIllegalArgumentException().isThrownBy(() -> Punycode.toAscii(Punycode.map(label)));
    }

    @Test
    void joiners_pass_only_in_a_ready_made_label() {
        String label = "\u0646\u0627\u0645\u0647\u200C\u0627\u06CC";
        String ascii = "xn--" + Punycode.encode(label);

        assertThat(Punycode.toAscii(ascii)).isEqualTo(ascii);
        assertThatIllegalArgumentException().isThrownBy(() -> Punycode.toAscii(label));
    }

    @Test
    void a_label_has_at_most_63_octets() {
        assertThat(Punycode.toAscii("a".repeat(63))).hasSize(63);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Punycode.toAscii("a".repeat(64)))
                .withMessage("has 64 octets, allowed are 1 to 63");
        assertThat(Punycode.toAscii("\u00FC" + "a".repeat(54))).hasSizeLessThanOrEqualTo(63);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Punycode.toAscii("\u00FC" + "a".repeat(60)))
                .withMessageEndingWith("allowed are 1 to 63");
    }
}
