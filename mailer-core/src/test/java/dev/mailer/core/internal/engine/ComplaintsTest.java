// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ComplaintsTest {
    private long nanos = Long.MAX_VALUE - 5;
    private final Complaints complaints = new Complaints(() -> nanos);

    @Test
    void what_goes_on_failing_is_told_once_in_a_while_and_each_cause_for_itself() {
        assertThat(complaints.isDue("one")).isTrue();
        assertThat(complaints.isDue("other")).isTrue();
        nanos += Complaints.SILENCE.toNanos() - 1;
        assertThat(complaints.isDue("one")).isFalse();
        nanos++;
        assertThat(complaints.isDue("one")).isTrue();
        assertThat(complaints.isDue("one")).isFalse();
        assertThat(complaints.isDue("other")).isTrue();
    }

    @Test
    void a_place_is_a_cause_whatever_is_said_there() {
        assertThat(complaints.isDue("jo", failure("first"))).isTrue();
        assertThat(complaints.isDue("jo", failure("second"))).isFalse();
        assertThat(complaints.isDue("li", failure("third"))).isTrue();
        assertThat(complaints.isDue("jo", new IllegalStateException("elsewhere")))
                .isTrue();
    }

    @Test
    void so_many_causes_are_remembered() {
        for (int i = 0; i < 200; i++) {
            assertThat(complaints.isDue("cause " + i)).isTrue();
        }
        assertThat(complaints.isDue("cause 0")).isFalse();
        assertThat(complaints.isDue("one more")).isTrue();
        assertThat(complaints.isDue("cause 0")).isTrue();
    }

    private static IllegalStateException failure(String text) {
        return new IllegalStateException(text);
    }
}
