// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class RenewedTokenTest {
    private final Queue<RenewedToken.Token> tokens = new ArrayDeque<>();
    private final RenewedToken source = new RenewedToken(name -> Secret.of("of " + name), tokens::poll);

    @Test
    void a_token_is_fetched_when_the_one_at_hand_is_about_to_run_out() {
        assertThat(source.find("GMAIL")).isNull();

        tokens.addAll(List.of(token("first", Duration.ofMinutes(1)), token("second", Duration.ofHours(1))));
        assertThat(source.find("GMAIL")).isEqualTo(Secret.of("first"));
        assertThat(source.find("GMAIL")).isEqualTo(Secret.of("second"));

        tokens.add(token("third", Duration.ofHours(1)));
        assertThat(source.find("GMAIL")).isEqualTo(Secret.of("second"));
        assertThat(source.find("OTHER")).isEqualTo(Secret.of("of OTHER"));
    }

    private static RenewedToken.Token token(String text, Duration left) {
        return new RenewedToken.Token(text, Instant.now().plus(left));
    }
}
