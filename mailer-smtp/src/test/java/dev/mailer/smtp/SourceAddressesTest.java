// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.TransportUri;
import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SourceAddressesTest {
    private final SourceAddresses sources = of("192.0.2.1*3,192.0.2.2,2001:db8::1");

    @Test
    void an_address_comes_first_in_proportion_to_its_weight() throws Exception {
        InetAddress heavy = InetAddress.getByName("192.0.2.1");
        int first = 0;
        for (int i = 0; i < 4_000; i++) {
            List<InetAddress> drawn = sources.draw(InetAddress.getByName("198.51.100.1"));
            assertThat(drawn).hasSize(2);
            first += drawn.get(0).equals(heavy) ? 1 : 0;
        }

        assertThat(first).isBetween(2_900, 3_100);
    }

    @Test
    void the_family_is_that_of_the_peer() throws Exception {
        assertThat(sources.draw(InetAddress.getByName("2001:db8::9")))
                .containsExactly(InetAddress.getByName("2001:db8::1"));
        assertThat(of("192.0.2.1").canReach(InetAddress.getByName("2001:db8::9")))
                .isFalse();
        assertThat(of("").canReach(InetAddress.getByName("2001:db8::9"))).isTrue();
    }

    private static SourceAddresses of(String text) {
        TransportUri uri = TransportUri.parse("mx:" + (text.isEmpty() ? "" : "?sourceAddress=" + text));
        return SourceAddresses.of(new OptionReader(uri), "sourceAddress", new Random(1));
    }
}
