// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransportCapabilitiesTest {
    @Test
    void promises_little_by_default() {
        TransportCapabilities c = TransportCapabilities.DEFAULT;

        assertThat(c.maxRecipients()).isEqualTo(1);
        assertThat(c.maxBatch()).isEqualTo(1);
        assertThat(c.maxSize()).isEqualTo(Long.MAX_VALUE);
        assertThat(c.concurrency()).isEqualTo(16);
    }

    @Test
    void each_change_keeps_the_others() {
        TransportCapabilities c = TransportCapabilities.DEFAULT
                .maxRecipients(2)
                .maxBatch(3)
                .maxSize(4)
                .concurrency(5);

        assertThat(c.maxRecipients()).isEqualTo(2);
        assertThat(c.maxBatch()).isEqualTo(3);
        assertThat(c.maxSize()).isEqualTo(4);
        assertThat(c.concurrency()).isEqualTo(5);
        assertThat(TransportCapabilities.DEFAULT.maxRecipients()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void every_number_is_at_least_one(int n) {
        TransportCapabilities c = TransportCapabilities.DEFAULT;

        assertThatIllegalArgumentException()
                .isThrownBy(() -> c.maxRecipients(n))
                .withMessage("maxRecipients is " + n + ", at least 1 is needed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> c.maxBatch(n))
                .withMessage("maxBatch is " + n + ", at least 1 is needed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> c.maxSize(n))
                .withMessage("maxSize is " + n + ", at least 1 is needed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> c.concurrency(n))
                .withMessage("concurrency is " + n + ", at least 1 is needed");
    }
}
