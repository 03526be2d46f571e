// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.TransportUri;
import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceAddressesTest {
    private final SourceAddresses sources = of("192.0.2.1*3,192.0.2.2,2001:db8::1");

    @Test
    void an_address_comes_first_in_proportion_to_its_weight() throws Exception {
        InetAddress heavy = InetAddress.getByName("192.0.2.1");
        int first = 0;
        for (int i = 0; i < 4_000; i++) {
            List<SourceAddress> drawn = sources.draw(InetAddress.getByName("198.51.100.1"));
            assertThat(drawn).hasSize(2);
            first += drawn.get(0).address().equals(heavy) ? 1 : 0;
        }

        assertThat(first).isBetween(2_900, 3_100);
    }

    @Test
    void the_family_is_that_of_the_peer() throws Exception {
        assertThat(sources.draw(InetAddress.getByName("2001:db8::9")))
                .extracting(SourceAddress::address)
                .containsExactly(InetAddress.getByName("2001:db8::1"));
        assertThat(of("192.0.2.1").canReach(InetAddress.getByName("2001:db8::9")))
                .isFalse();
        assertThat(of("").canReach(InetAddress.getByName("2001:db8::9"))).isTrue();
    }

    @Test
    void a_site_always_meets_the_same_one_and_the_sites_are_shared_out_by_weight() throws Exception {
        InetAddress peer = InetAddress.getByName("198.51.100.1");
        InetAddress heavy = InetAddress.getByName("192.0.2.1");
        int first = 0;
        for (int i = 0; i < 4_000; i++) {
            SourceAddresses ofSite = sources.steadyFor("mx" + i + ".example.org");
            assertThat(ofSite.draw(peer)).isEqualTo(ofSite.draw(peer));
            first += ofSite.draw(peer).get(0).address().equals(heavy) ? 1 : 0;
        }

        assertThat(first).isBetween(2_900, 3_100);
    }

    @Test
    void an_address_may_have_a_name_of_its_own() throws Exception {
        assertThat(of("mta1.example.com@192.0.2.1*3,[2001:db8::1]@2001:db8::1,192.0.2.2")
                        .draw(InetAddress.getByName("2001:db8::9")))
                .containsExactly(new SourceAddress(InetAddress.getByName("2001:db8::1"), "[2001:db8::1]", 1));
        assertThat(of("mta1.example.com@192.0.2.1*3").draw(InetAddress.getByName("192.0.2.9")))
                .containsExactly(new SourceAddress(InetAddress.getByName("192.0.2.1"), "mta1.example.com", 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"@192.0.2.1", "mta 1@192.0.2.1", "mta1@mta2@192.0.2.1", "192.0.2.1@mta1"})
    void what_is_no_name_is_refused(String text) {
        assertThatThrownBy(() -> of(text.replace(" ", "%20")))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageContaining("mta1.example.com@192.0.2.1");
    }

    private static SourceAddresses of(String text) {
        TransportUri uri = TransportUri.parse("mx:" + (text.isEmpty() ? "" : "?sourceAddress=" + text));
        return SourceAddresses.of(new OptionReader(uri), "sourceAddress", new Random(1));
    }
}
