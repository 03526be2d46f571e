// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EnhancedCode;
import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnmailableOutcomesTest {
    private static Failure failure(Phase phase, int code, @Nullable String enhanced, @Nullable String host) {
        return Failure.builder("recipient-rejected", phase)
                .code(code)
                .enhancedCode(enhanced == null ? null : EnhancedCode.find(enhanced))
                .text("no such user here")
                .remoteHost(host)
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "RCPT_TO, 550, 5.1.1, true",
        "RCPT_TO, 553, 5.1.2, true",
        "RCPT_TO, 501, 5.1.3, true",
        "RCPT_TO, 551, 5.1.6, true",
        "RCPT_TO, 556, 5.1.10, true",
        "RCPT_TO, 550, , false",
        "RCPT_TO, 550, 5.0.0, false",
        "RCPT_TO, 450, 5.1.1, false",
        "RCPT_TO, 450, 4.1.1, false",
        "RCPT_TO, 550, 4.1.1, false",
        "RCPT_TO, 550, 5.1.7, false",
        "RCPT_TO, 550, 5.1.8, false",
        "RCPT_TO, 550, 5.1.11, false",
        "RCPT_TO, 550, 5.2.1, false",
        "RCPT_TO, 552, 5.2.2, false",
        "RCPT_TO, 550, 5.4.1, false",
        "RCPT_TO, 550, 5.7.1, false",
        "RCPT_TO, 250, 5.1.1, false",
        "MAIL_FROM, 550, 5.1.1, false",
        "FINAL_REPLY, 550, 5.1.1, false",
        "DATA, 550, 5.1.1, false",
        "HTTP, 550, 5.1.1, false",
    })
    void an_answer_to_rcpt_lists_who_does_not_exist(Phase phase, int code, @Nullable String enhanced, boolean listed) {
        assertThat(UnmailableOutcomes.isRejection(EventType.REJECTED, failure(phase, code, enhanced, "mx:25")))
                .isEqualTo(listed);
    }

    @Test
    void what_no_server_said_lists_nobody() {
        assertThat(UnmailableOutcomes.isRejection(EventType.REJECTED, failure(Phase.RCPT_TO, 550, "5.1.1", null)))
                .isFalse();
        assertThat(UnmailableOutcomes.isRejection(EventType.FAILED, failure(Phase.RCPT_TO, 550, "5.1.1", "mx:25")))
                .isFalse();
        assertThat(UnmailableOutcomes.isRejection(EventType.REJECTED, null)).isFalse();
        assertThat(UnmailableOutcomes.isRejection(null, null)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        ", true",
        "5.0.0, true",
        "5.1.1, true",
        "5.1.10, true",
        "5.2.0, true",
        "5.2.1, true",
        "5.1.7, false",
        "5.1.8, false",
        "5.2.2, false",
        "5.2.3, false",
        "5.3.4, false",
        "5.4.7, false",
        "5.6.1, false",
        "5.7.1, false",
        "4.1.1, false",
    })
    void a_permanent_bounce_lists_who_cannot_be_reached(@Nullable String enhanced, boolean listed) {
        assertThat(UnmailableOutcomes.isBounce(failure(Phase.RCPT_TO, 0, enhanced, null)))
                .isEqualTo(listed);
    }

    @Test
    void a_bounce_that_may_pass_or_says_nothing_lists_nobody() {
        assertThat(UnmailableOutcomes.isBounce(null)).isFalse();
        assertThat(UnmailableOutcomes.isBounce(
                        Failure.builder("full", Phase.RCPT_TO).retryable().build()))
                .isFalse();
    }
}
