// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.WireCapabilities;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExtensionsTest {
    @Test
    void keywords_are_read_without_regard_to_case() {
        Extensions extensions =
                of("relay.example.com at your service, SMTPUTF8", "8bitmime", "Size 1000", "auth plain LOGIN");

        assertThat(extensions.has("8BITMIME")).isTrue();
        assertThat(extensions.maxSize()).isEqualTo(1_000);
        assertThat(extensions.mechanisms()).contains("PLAIN", "LOGIN");
        assertThat(extensions.wire()).isEqualTo(new WireCapabilities(true, false));
    }

    @Test
    void the_old_spelling_of_auth_is_understood() {
        assertThat(of("x", "AUTH=LOGIN").mechanisms()).contains("LOGIN");
        assertThat(of("x", "AUTH=LOGIN PLAIN", "AUTH NTLM").mechanisms()).contains("LOGIN", "PLAIN", "NTLM");
    }

    @Test
    void a_size_that_says_nothing_is_no_limit() {
        for (String size : List.of("SIZE", "SIZE 0", "SIZE many", "SIZE 99999999999999999999", "SIZE -1")) {
            assertThat(of("x", size).maxSize()).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Test
    void limits_are_read_and_those_that_are_none_count_as_unsaid() {
        Extensions limits = of("x", "LIMITS MAILMAX=7 RCPTMAX=5 RCPTDOMAINMAX=3");
        Extensions bad = of("x", "LIMITS MAILMAX=0 RCPTMAX RCPTDOMAINMAX=x");

        assertThat(List.of(limits.maxMessages(), limits.maxRecipients(), limits.maxDomains()))
                .containsExactly(7, 5, 3);
        assertThat(List.of(bad.maxMessages(), bad.maxRecipients(), bad.maxDomains()))
                .containsOnly(Integer.MAX_VALUE);
    }

    @Test
    void none_has_nothing() {
        assertThat(Extensions.NONE.mechanisms()).containsExactly("");
        assertThat(Extensions.NONE.wire()).isEqualTo(WireCapabilities.MINIMAL);
    }

    private static Extensions of(String... lines) {
        return Extensions.of(new Reply(250, List.of(lines)));
    }
}
