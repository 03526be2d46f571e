// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.mailer.api.MailerConfigException;
import org.junit.jupiter.api.Tag;

@Tag("fuzz")
class TransportUriFuzzTest {
    @DictionaryEntries({
        "smtp://",
        "file:",
        ":",
        "//",
        "@",
        "?",
        "&",
        "=",
        "%0d%0a",
        "%00",
        "%",
        "[::1]",
        ":587",
        "tls=never"
    })
    @FuzzTest(maxDuration = "1m")
    void what_is_read_holds_no_control_character(FuzzedDataProvider data) {
        TransportUri uri;
        try {
            uri = TransportUri.parse(data.consumeRemainingAsString());
        } catch (MailerConfigException e) {
            return;
        }

        assertThat(uri.scheme()).matches("[a-z][a-z0-9+.-]*");
        assertThat(uri.port(1)).isBetween(1, 65_535);
        assertThat(uri.user() + (uri.password() == null ? "" : uri.password().reveal()) + uri.options())
                .doesNotContain("\r", "\n", "\0");
        assertThat(uri.toString()).startsWith(uri.scheme() + ":");
    }
}
