// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import static dev.mailer.smtp.dkim.Signing.AT;
import static dev.mailer.smtp.dkim.Signing.ED25519;
import static dev.mailer.smtp.dkim.Signing.MAIL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Address;
import dev.mailer.api.MailerConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Domain and selector become part of a header field; nothing in them makes another field or tag of it. */
class DkimNamesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\rb",
                "a\nb",
                "a\r\nb",
                "a\r\nBcc: x@example.com\r\n",
                "a\0b",
                "ab\n",
                "ab\r\n",
                "\nab",
                "a\u0085b",
                "a;b",
                "a; l=0",
                "a b",
                "a\tb",
                "a=b",
                "a@b",
                "a\u2028b",
                "a%0d%0ab",
                ""
            })
    void what_would_leave_its_tag_is_refused(String name) {
        assertRefused(name + ".example", "s1");
        assertRefused("example." + name, "s1");
        assertRefused("example.com", name);
        assertRefused("example.com", "s1." + name);
    }

    /** Cut to eight bits it is CR LF; as it stands it is two letters of a script that domains may be in, and selectors not. */
    @Test
    void what_only_looks_like_a_line_end_is_a_name_in_ascii() {
        DkimSigner signer = DkimSigner.builder()
                .key("a\u560D\u560Ab.example", "s1", ED25519.toPem())
                .build();

        String fields =
                Signing.fields(signer, Address.of("jo@a\u560D\u560Ab.example").domain(), AT, MAIL);

        assertThat(fields).contains(" d=xn--").matches("(?:[ -~]+\r\n)+");
        assertRefused("example.com", "s\u560D\u560A1");
    }

    private static void assertRefused(String domain, String selector) {
        assertThatThrownBy(() -> DkimSigner.builder().key(domain, selector, ED25519.toPem()))
                .isInstanceOf(MailerConfigException.class)
                .satisfies(e -> assertThat(e.getMessage().chars()).noneMatch(Character::isISOControl));
    }
}
