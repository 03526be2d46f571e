// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StsPolicyTest {
    private static final String GOOD = "version: STSv1\nmode: enforce\nmx: mail.example.com\nmax_age: 604800\n";

    @Test
    void a_policy_is_read_with_either_line_end() {
        StsPolicy policy =
                new StsPolicy(StsMode.ENFORCE, Duration.ofDays(7), List.of("mail.example.com", "*.example.net"));
        String text = "version: STSv1\nmode: enforce\nmx: Mail.Example.COM\nmx:*.example.net \t\nmax_age:\t604800";

        assertThat(StsPolicy.parse(text)).isEqualTo(policy);
        assertThat(StsPolicy.parse(text.replace("\n", "\r\n") + "\r\n")).isEqualTo(policy);
    }

    @Test
    void what_is_not_known_is_passed_over_and_the_first_of_a_name_counts() {
        StsPolicy policy = StsPolicy.parse("""
                max_age: 86400
                x-future: a b; c=d ü
                mode: testing
                mode: enforce
                mx: mx.example.com
                version: STSv1
                version: STSv2
                max_age: 5
                """);

        assertThat(policy).isEqualTo(new StsPolicy(StsMode.TESTING, Duration.ofDays(1), List.of("mx.example.com")));
    }

    @Test
    void a_policy_that_takes_back_needs_no_hosts() {
        assertThat(StsPolicy.parse("version: STSv1\nmode: none\nmax_age: 0\n").mode())
                .isEqualTo(StsMode.NONE);
    }

    @Test
    void a_life_of_more_than_a_year_is_a_year() {
        assertThat(StsPolicy.parse(GOOD.replace("604800", "9999999999")).maxAge())
                .isEqualTo(Duration.ofHours(8_766));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        version: STSv1   | version: STSv2      | version is 'STSv2'; expected STSv1
        version: STSv1   | version: stsv1      | version is 'stsv1'; expected STSv1
        version: STSv1   | x: y                | version is 'null'; expected STSv1
        version: STSv1   | "version: STSv1;"   | version is 'STSv1;'; expected STSv1
        mode: enforce    | mode: Enforce       | mode is 'Enforce'; expected enforce, testing or none
        mode: enforce    | x: y                | mode is 'null'; expected enforce, testing or none
        max_age: 604800  | max_age: -1         | max_age is '-1'; expected seconds
        max_age: 604800  | max_age: 99999999999 | max_age is '99999999999'; expected seconds
        max_age: 604800  | x: y                | max_age is 'null'; expected seconds
        mx: mail.example.com | x: y            | mx is there 0 times; expected 1 to 1000
        mx: mail.example.com | mx: mail.*.com  | mx is 'mail.*.com'; expected mx.example.com or *.example.com
        mx: mail.example.com | mx: .example.com | mx is '.example.com'; expected mx.example.com or *.example.com
        mx: mail.example.com | mx: *           | mx is '*'; expected mx.example.com or *.example.com
        mx: mail.example.com | mx: a b         | mx is 'a b'; expected mx.example.com or *.example.com
        mode: enforce    | mode enforce        | line 2 is no field; expected 'name: value'
        mode: enforce    | mode : enforce      | line 2 is no field; expected 'name: value'
        mode: enforce    | " mode: enforce"    | line 2 is no field; expected 'name: value'
        mode: enforce    | mode:               | line 2 is no field; expected 'name: value'
        mode: enforce    | ""                  | line 2 is no field; expected 'name: value'
        """)
    void what_is_wrong_is_said(String line, String wrong, String message) {
        assertThatThrownBy(() -> StsPolicy.parse(GOOD.replace(line, wrong)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "<html></html>", "\u0000", "version: STSv1"})
    void what_is_no_policy_is_refused(String text) {
        assertThatThrownBy(() -> StsPolicy.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "mail.example.com, mail.example.com, true",
        "mail.example.com, MAIL.example.com, true",
        "mail.example.com, mx.mail.example.com, false",
        "*.example.com, mx.example.com, true",
        "*.example.com, example.com, false",
        "*.example.com, a.b.example.com, false",
        "*.example.com, mx.evilexample.com, false",
        "*.example.com, .example.com, false",
        "*.b.example.com, a.b.example.com, true"
    })
    void an_asterisk_stands_for_one_label(String pattern, String host, boolean allowed) {
        StsPolicy policy = new StsPolicy(StsMode.ENFORCE, Duration.ofDays(1), List.of(pattern));

        assertThat(policy.allows(host)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        v=STSv1; id=20160831085700Z;                    | 20160831085700Z
        v=STSv1; id=1                                   | 1
        v=STSv1;id=1 ;                                  | 1
        v=STSv1 ; id=1                                  | 1
        v=STSv1; x-more=y; id=ab12                      | ab12
        google-site-verification=x&v=STSv1; id=7        | 7
        v=STSv1; id=1&v=STSv1; id=2                     |
        v=STSv1; id=1&v=STSv1; id=1                     |
        v=STSv1; id=1&v=STSv2; id=2                     | 1
        v=STSv2; id=1                                   |
        v=stsv1; id=1                                   |
        id=1; v=STSv1                                   |
        v=STSv1                                         |
        v=STSv1;                                        |
        v=STSv1; id=                                    |
        v=STSv1; id=a-b                                 |
        v=STSv1; id=123456789012345678901234567890123   |
        v=STSv1; x=y                                    |
        v=STSv1; id=1; nonsense                         |
        v=STSv1; xid=1                                  |
        """)
    void a_record_is_read_or_there_is_none(String texts, String id) {
        List<String> all = Arrays.asList(texts.split("&", -1));

        assertThat(StsRecord.id(all)).isEqualTo(id);
    }
}
