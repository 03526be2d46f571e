// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    private static final Failure BUSY = Failure.builder("connection-deferred", Phase.CONNECT)
            .code(421)
            .text("busy")
            .build();

    @Test
    void acceptance_has_a_reply_and_no_failure() {
        Outcome o = Outcome.accepted("250 queued", "id-7");

        assertThat(o.kind()).isEqualTo(Outcome.Kind.ACCEPTED);
        assertThat(o.failure()).isNull();
        assertThat(o.retryAfter()).isNull();
        assertThat(o.reply()).isEqualTo("250 queued");
        assertThat(o.providerId()).isEqualTo("id-7");
        assertThat(o).hasToString("ACCEPTED");
        assertThat(Outcome.accepted(null, null).reply()).isNull();
    }

    @Test
    void a_reply_holds_no_nul_which_databases_refuse() {
        assertThat(Outcome.accepted("250 \0ok", null).reply()).isEqualTo("250 \uFFFDok");
    }

    @Test
    void a_deferral_has_a_scope_and_may_have_a_wish() {
        Outcome o = Outcome.deferred(Outcome.Scope.DESTINATION, BUSY, Duration.ofSeconds(7));

        assertThat(o.kind()).isEqualTo(Outcome.Kind.DEFERRED);
        assertThat(o.scope()).isEqualTo(Outcome.Scope.DESTINATION);
        assertThat(o.failure()).isSameAs(BUSY);
        assertThat(o.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        assertThat(o).hasToString("DEFERRED (DESTINATION): connection-deferred at CONNECT, 421: busy");
    }

    @Test
    void what_nobody_looked_at_is_a_deferral_of_the_recipient() {
        Outcome o = Outcome.untried(BUSY, Duration.ofSeconds(1));

        assertThat(o.kind()).isEqualTo(Outcome.Kind.DEFERRED);
        assertThat(o.scope()).isEqualTo(Outcome.Scope.RECIPIENT);
        assertThat(o.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        assertThat(o.isUntried()).isTrue();
        assertThat(Outcome.deferred(Outcome.Scope.RECIPIENT, BUSY, null).isUntried())
                .isFalse();
    }

    @Test
    void the_other_kinds_have_their_scope() {
        assertThat(Outcome.rejected(BUSY).kind()).isEqualTo(Outcome.Kind.REJECTED);
        assertThat(Outcome.rejected(BUSY).scope()).isEqualTo(Outcome.Scope.RECIPIENT);
        assertThat(Outcome.ambiguous(BUSY).kind()).isEqualTo(Outcome.Kind.AMBIGUOUS);
        assertThat(Outcome.ambiguous(BUSY).scope()).isEqualTo(Outcome.Scope.MESSAGE);
        assertThat(Outcome.misconfigured(BUSY).kind()).isEqualTo(Outcome.Kind.MISCONFIGURED);
        assertThat(Outcome.misconfigured(BUSY).scope()).isEqualTo(Outcome.Scope.TRANSPORT);
    }

    @Test
    void every_kind_but_acceptance_needs_a_failure() {
        assertThatNullPointerException()
                .isThrownBy(() -> Outcome.deferred(Outcome.Scope.MESSAGE, null, null))
                .withMessage("failure");
        assertThatNullPointerException()
                .isThrownBy(() -> Outcome.rejected(null))
                .withMessage("failure");
        assertThatNullPointerException()
                .isThrownBy(() -> Outcome.ambiguous(null))
                .withMessage("failure");
        assertThatNullPointerException()
                .isThrownBy(() -> Outcome.misconfigured(null))
                .withMessage("failure");
    }
}
