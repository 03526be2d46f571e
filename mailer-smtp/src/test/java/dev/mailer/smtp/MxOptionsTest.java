// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.TransportUri;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MxOptionsTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, on, true, true",
        "192.0.2.1, on, true, false",
        "'127.0.0.1,192.0.2.1', on, true, false",
        "192.0.2.1, trusted, true, true",
        "127.0.0.1, off, false, true"
    })
    void name_servers_elsewhere_are_believed_only_when_that_is_said(
            String servers, String dane, boolean isOn, boolean isTrusted) {
        MxOptions options = read("mx:?dns=" + servers + "&dane=" + dane);

        assertThat(options.dane()).isEqualTo(isOn);
        assertThat(options.resolver().trusted()).isEqualTo(isTrusted);
    }

    @Test
    void another_word_is_refused() {
        assertThatThrownBy(() -> read("mx:?dane=yes"))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageContaining("trusted");
    }

    private static MxOptions read(String uri) {
        return MxOptions.of(TransportUri.parse(uri), new SmtpTransportFactoryTest.Context(), "mail.example.com");
    }
}
