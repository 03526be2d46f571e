// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FromDomainTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "null",
            value = {
                "a@example.com (Joe @ Home) | example.com",
                "a@example.com (see b@other.org) | example.com",
                "(b@other.org) a@example.com | example.com",
                "Group: a@example.com, b@other.org; | example.com",
                "a@example.com,,b@other.org | example.com",
                "Joe <a@example.com>, b@other.org | example.com",
                "\"b@other.org\" <a@example.com> | example.com",
                "\"b@other.org, \\\" x\" <a@example.com> | example.com",
                "b@other.org <a@example.com> | example.com",
                "b@other.org, Joe <a@example.com> | other.org",
                "Joe <a@EXAMPLE.com | example.com",
                "undisclosed:; | null",
                "(a@example.com) | null",
                "a@ | null",
                "@ | null"
            })
    void the_first_author_counts(String from, String domain) {
        assertThat(FromDomain.of(from)).isEqualTo(domain);
    }
}
