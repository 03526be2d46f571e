// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BytesAsideTest {
    private static final long SMALL = ByteBudget.SMALL;

    private final BytesAside bytes = new BytesAside(8 * SMALL);

    @Test
    void small_mails_may_fill_all_of_it() {
        for (int i = 0; i < 8; i++) {
            assertThat(bytes.take(SMALL)).isTrue();
        }
        assertThat(bytes.take(1)).isFalse();

        bytes.giveBack(SMALL);

        assertThat(bytes.take(1)).isTrue();
    }

    @Test
    void large_mails_leave_half_of_it() {
        assertThat(bytes.take(4 * SMALL)).isTrue();
        assertThat(bytes.take(2 * SMALL)).isFalse();
        assertThat(bytes.take(SMALL)).isTrue();

        bytes.giveBack(4 * SMALL);

        assertThat(bytes.take(2 * SMALL)).isTrue();
    }
}
