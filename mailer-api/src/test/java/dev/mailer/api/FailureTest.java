// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;

class FailureTest {
    private static Failure.Builder rejected() {
        return Failure.builder("recipient-rejected", Phase.RCPT_TO);
    }

    @Test
    void keeps_its_facts() {
        Failure f = rejected()
                .retryable()
                .code(450)
                .enhancedCode(new EnhancedCode(4, 2, 0))
                .text("mailbox busy")
                .remoteHost("mx.example.org:25")
                .build();

        assertThat(f.reason()).isEqualTo("recipient-rejected");
        assertThat(f.phase()).isEqualTo(Phase.RCPT_TO);
        assertThat(f.retryable()).isTrue();
        assertThat(f.code()).isEqualTo(450);
        assertThat(f.enhancedCode()).isEqualTo(new EnhancedCode(4, 2, 0));
        assertThat(f.text()).isEqualTo("mailbox busy");
        assertThat(f.remoteHost()).isEqualTo("mx.example.org:25");
        assertThat(f).hasToString("recipient-rejected at RCPT_TO, host mx.example.org:25, 450 4.2.0: mailbox busy");
    }

    @Test
    void is_permanent_and_without_a_reply_unless_told() {
        Failure f = rejected().build();

        assertThat(f.retryable()).isFalse();
        assertThat(f.code()).isZero();
        assertThat(f.enhancedCode()).isNull();
        assertThat(f.text()).isEmpty();
        assertThat(f.remoteHost()).isNull();
        assertThat(f).hasToString("recipient-rejected at RCPT_TO");
        assertThat(rejected().text(null).build().text()).isEmpty();
    }

    @Test
    void a_long_text_is_cut() {
        assertThat(rejected().text("x".repeat(2000)).build().text()).hasSize(2000);
        assertThat(rejected().text("x".repeat(2001)).build().text()).hasSize(2000);
    }

    @Test
    void a_text_is_not_cut_inside_a_character() {
        String smile = "\uD83D\uDE00";

        assertThat(rejected().text("x".repeat(1999) + smile).build().text()).isEqualTo("x".repeat(1999));
        assertThat(rejected().text("x".repeat(1998) + smile).build().text()).isEqualTo("x".repeat(1998) + smile);
        assertThat(rejected().text("x".repeat(1998) + smile + "y").build().text())
                .isEqualTo("x".repeat(1998) + smile);
    }

    @Test
    void a_text_holds_no_nul_which_databases_refuse() {
        assertThat(rejected().text("a\0b\0").build().text()).isEqualTo("a\uFFFDb\uFFFD");
    }

    @Test
    void equal_facts_make_equal_failures() {
        Failure f = rejected().code(550).text("no").build();

        assertThat(f).isEqualTo(rejected().code(550).text("no").build());
        assertThat(f).hasSameHashCodeAs(rejected().code(550).text("no").build());
        assertThat(f).isNotEqualTo(rejected().code(551).text("no").build());
        assertThat(f).isNotEqualTo(rejected().code(550).text("yes").build());
        assertThat(f).isNotEqualTo(rejected().code(550).text("no").retryable().build());
        assertThat(f)
                .isNotEqualTo(rejected().code(550).text("no").remoteHost("a:25").build());
        assertThat(f)
                .isNotEqualTo(rejected()
                        .code(550)
                        .text("no")
                        .enhancedCode(new EnhancedCode(5, 1, 1))
                        .build());
        assertThat(f)
                .isNotEqualTo(Failure.builder("other", Phase.RCPT_TO)
                        .code(550)
                        .text("no")
                        .build());
        assertThat(f)
                .isNotEqualTo(Failure.builder("recipient-rejected", Phase.DATA)
                        .code(550)
                        .text("no")
                        .build());
    }

    @Test
    void reason_and_phase_are_needed() {
        assertThatNullPointerException()
                .isThrownBy(() -> Failure.builder(null, Phase.DATA))
                .withMessage("reason");
        assertThatNullPointerException()
                .isThrownBy(() -> Failure.builder("x", null))
                .withMessage("phase");
    }
}
