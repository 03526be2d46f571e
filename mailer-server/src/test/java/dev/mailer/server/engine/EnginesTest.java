// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.server.config.SettingsReader;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnginesTest {
    @ParameterizedTest
    @CsvSource({
        "mailbox:, true",
        "MAILBOX:, true",
        "failover(smtp://relay.example.com mailbox:), true",
        "weighted(3*smtp://relay.example.com 1*mailbox:), true",
        "failover(mailbox: smtp://relay.example.com), true",
        "smtp://mailbox:secret@relay.example.com, false",
        "file:/var/mailbox:old, false",
        "smtp://relay.example.com, false",
    })
    void the_mailbox_is_installed_where_a_transport_is_one(String transport, boolean installed) {
        Map<String, String> overrides = Map.of("transport", transport);

        assertThat(Engines.usesMailbox(
                        SettingsReader.read(null, Map.of(), overrides).mail()))
                .isEqualTo(installed);
    }
}
