// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AcceptedLanguagesTest {
    @Test
    void the_best_comes_first_and_equals_keep_their_order() {
        assertThat(AcceptedLanguages.of("en;q=0.3, de-AT;q=0.7,fr ; q=0.7,it"))
                .containsExactly("it", "de-at", "fr", "en");
    }

    @Test
    void what_is_not_wanted_or_no_language_is_left_out() {
        assertThat(AcceptedLanguages.of("de;q=0, *, en;q=2, ,;q=1,es;q=x,<b>,nl;level=1,pl;q=0.000"))
                .isEmpty();
        assertThat(AcceptedLanguages.of(null)).isEmpty();
        assertThat(AcceptedLanguages.of("")).isEmpty();
    }

    @Test
    void it_is_bounded() {
        assertThat(AcceptedLanguages.of("de,".repeat(100_000))).hasSizeLessThanOrEqualTo(20);
        assertThat(AcceptedLanguages.of("a".repeat(1_000_000))).isEqualTo(List.of());
        assertThat(AcceptedLanguages.of("a-".repeat(500) + ",;q=0." + "0".repeat(400)))
                .isEmpty();
    }
}
