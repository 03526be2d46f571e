// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResolverSettingsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        127.0.0.1                    | 127.0.0.1:53                     | true
        127.0.0.1:5353               | 127.0.0.1:5353                   | true
        ::1                          | 0:0:0:0:0:0:0:1:53               | true
        [::1]                        | 0:0:0:0:0:0:0:1:53               | true
        [::1]:5353, 127.0.0.1        | 0:0:0:0:0:0:0:1:5353 127.0.0.1:53 | true
        127.0.0.1,9.9.9.9            | 127.0.0.1:53 9.9.9.9:53          | false
        2620:fe::fe                  | 2620:fe:0:0:0:0:0:fe:53          | false
        """)
    void servers_are_read_and_trusted_on_this_machine(String text, String servers, boolean trusted) {
        ResolverSettings settings = ResolverSettings.parse(text);

        assertThat(settings.servers())
                .extracting(s -> s.getAddress().getHostAddress() + ":" + s.getPort())
                .containsExactly(servers.split(" ", -1));
        assertThat(settings.trusted()).isEqualTo(trusted);
        assertThat(settings.timeout()).isEqualTo(ResolverSettings.DEFAULT_TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "dns.example.com",
                "127.0.0.1:0",
                "127.0.0.1:65536",
                "127.0.0.1:x",
                "300.0.0.1",
                "127.1",
                "[::1",
                "1:::2"
            })
    void what_is_no_address_is_refused_and_not_looked_up(String text) {
        assertThatThrownBy(() -> ResolverSettings.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text
                        + "' is no name server; expected an address such as 127.0.0.1, 127.0.0.1:5353 or [::1]:53");
    }

    @Test
    void what_makes_no_sense_is_refused() {
        ResolverSettings good = ResolverSettings.parse("127.0.0.1");

        assertThatThrownBy(() -> good.rounds(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> good.timeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ResolverSettings.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void more_servers_than_are_asked_are_left_out() {
        InetSocketAddress server = ResolverSettings.parse("127.0.0.1").servers().get(0);

        assertThat(ResolverSettings.of(Collections.nCopies(20, server)).servers())
                .hasSize(ResolverSettings.MAX_SERVERS);
    }

    @Test
    void the_system_has_servers() {
        assertThat(ResolverSettings.ofSystem().servers()).isNotEmpty();
    }
}
