// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EnhancedCode;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole table: phase, reply code (RFC 5321 §4.2.3) and enhanced code (RFC 3463 §3) to kind, scope and reason. */
class OutcomeRulesTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // greeting and EHLO: about this client or host, never about the mail
                "CONNECT, 421, 4.3.2, DEFERRED, DESTINATION, connection-deferred",
                "CONNECT, 450, -, DEFERRED, DESTINATION, connection-deferred",
                "CONNECT, 500, 5.5.2, DEFERRED, DESTINATION, connection-rejected",
                "CONNECT, 521, 5.3.2, DEFERRED, DESTINATION, connection-rejected",
                "CONNECT, 550, 5.7.1, DEFERRED, DESTINATION, connection-rejected",
                "CONNECT, 554, -, DEFERRED, DESTINATION, connection-rejected",
                "CONNECT, 250, -, DEFERRED, DESTINATION, protocol-error",
                "CONNECT, 354, -, DEFERRED, DESTINATION, protocol-error",
                // STARTTLS
                "TLS, 421, 4.3.2, DEFERRED, DESTINATION, tls-deferred",
                "TLS, 454, 4.7.0, DEFERRED, DESTINATION, tls-deferred",
                "TLS, 502, 5.5.1, DEFERRED, DESTINATION, tls-rejected",
                "TLS, 554, 5.7.3, DEFERRED, DESTINATION, tls-rejected",
                // AUTH: our settings, or a directory that is down
                "AUTH, 421, 4.3.2, DEFERRED, TRANSPORT, authentication-deferred",
                "AUTH, 454, 4.7.0, DEFERRED, TRANSPORT, authentication-deferred",
                "AUTH, 432, 4.7.12, DEFERRED, TRANSPORT, authentication-deferred",
                "AUTH, 500, 5.5.6, MISCONFIGURED, TRANSPORT, authentication-rejected",
                "AUTH, 504, 5.5.4, MISCONFIGURED, TRANSPORT, authentication-rejected",
                "AUTH, 530, 5.7.0, MISCONFIGURED, TRANSPORT, authentication-rejected",
                "AUTH, 534, 5.7.9, MISCONFIGURED, TRANSPORT, authentication-rejected",
                "AUTH, 535, 5.7.8, MISCONFIGURED, TRANSPORT, authentication-rejected",
                "AUTH, 538, 5.7.11, MISCONFIGURED, TRANSPORT, authentication-rejected",
                "AUTH, 554, 5.7.0, MISCONFIGURED, TRANSPORT, authentication-rejected",
                "AUTH, 334, -, DEFERRED, DESTINATION, protocol-error",
                // MAIL
                "MAIL_FROM, 421, 4.7.0, DEFERRED, DESTINATION, sender-deferred",
                "MAIL_FROM, 450, 4.1.8, DEFERRED, MESSAGE, sender-deferred",
                "MAIL_FROM, 451, 4.7.1, DEFERRED, MESSAGE, sender-deferred",
                "MAIL_FROM, 451, 4.3.0, DEFERRED, DESTINATION, sender-deferred",
                "MAIL_FROM, 452, 4.3.1, DEFERRED, DESTINATION, sender-deferred",
                "MAIL_FROM, 452, 4.3.4, DEFERRED, MESSAGE, sender-deferred",
                "MAIL_FROM, 451, 4.4.3, DEFERRED, DESTINATION, sender-deferred",
                "MAIL_FROM, 455, 4.5.4, DEFERRED, MESSAGE, sender-deferred",
                "MAIL_FROM, 530, 5.7.0, MISCONFIGURED, TRANSPORT, sender-rejected",
                "MAIL_FROM, 538, 5.7.11, MISCONFIGURED, TRANSPORT, sender-rejected",
                "MAIL_FROM, 550, 5.7.1, REJECTED, RECIPIENT, sender-rejected",
                "MAIL_FROM, 550, -, REJECTED, RECIPIENT, sender-rejected",
                "MAIL_FROM, 552, 5.3.4, REJECTED, RECIPIENT, sender-rejected",
                "MAIL_FROM, 553, 5.1.7, REJECTED, RECIPIENT, sender-rejected",
                "MAIL_FROM, 555, 5.5.4, REJECTED, RECIPIENT, sender-rejected",
                "MAIL_FROM, 354, -, DEFERRED, DESTINATION, protocol-error",
                // RCPT
                "RCPT_TO, 421, 4.7.0, DEFERRED, DESTINATION, recipient-deferred",
                "RCPT_TO, 450, 4.2.0, DEFERRED, RECIPIENT, recipient-deferred",
                "RCPT_TO, 450, -, DEFERRED, RECIPIENT, recipient-deferred",
                "RCPT_TO, 451, 4.7.1, DEFERRED, RECIPIENT, recipient-deferred",
                "RCPT_TO, 451, 4.3.0, DEFERRED, RECIPIENT, recipient-deferred",
                "RCPT_TO, 451, 4.4.1, DEFERRED, DESTINATION, recipient-deferred",
                "RCPT_TO, 452, 4.2.2, DEFERRED, RECIPIENT, recipient-deferred",
                "RCPT_TO, 452, 4.5.3, DEFERRED, RECIPIENT, recipient-deferred",
                "RCPT_TO, 452, -, DEFERRED, RECIPIENT, recipient-deferred",
                "RCPT_TO, 552, -, DEFERRED, RECIPIENT, recipient-deferred",
                "RCPT_TO, 552, 5.5.3, DEFERRED, RECIPIENT, recipient-deferred",
                "RCPT_TO, 552, 5.2.2, REJECTED, RECIPIENT, recipient-rejected",
                "RCPT_TO, 552, 5.3.4, REJECTED, RECIPIENT, recipient-rejected",
                "RCPT_TO, 530, 5.7.0, MISCONFIGURED, TRANSPORT, recipient-rejected",
                "RCPT_TO, 550, 5.1.1, REJECTED, RECIPIENT, recipient-rejected",
                "RCPT_TO, 550, -, REJECTED, RECIPIENT, recipient-rejected",
                "RCPT_TO, 551, 5.1.6, REJECTED, RECIPIENT, recipient-rejected",
                "RCPT_TO, 553, 5.1.3, REJECTED, RECIPIENT, recipient-rejected",
                "RCPT_TO, 554, 5.7.1, REJECTED, RECIPIENT, recipient-rejected",
                "RCPT_TO, 556, 5.1.10, REJECTED, RECIPIENT, recipient-rejected",
                "RCPT_TO, 354, -, DEFERRED, DESTINATION, protocol-error",
                // DATA
                "DATA, 250, -, DEFERRED, DESTINATION, protocol-error",
                "DATA, 421, 4.3.2, DEFERRED, DESTINATION, message-deferred",
                "DATA, 450, 4.7.0, DEFERRED, MESSAGE, message-deferred",
                "DATA, 451, 4.3.0, DEFERRED, DESTINATION, message-deferred",
                "DATA, 452, 4.3.1, DEFERRED, DESTINATION, message-deferred",
                "DATA, 552, 5.3.4, REJECTED, RECIPIENT, message-rejected",
                "DATA, 554, 5.5.1, REJECTED, RECIPIENT, message-rejected",
                // behind the final dot
                "FINAL_REPLY, 421, 4.3.2, DEFERRED, DESTINATION, message-deferred",
                "FINAL_REPLY, 451, 4.7.1, DEFERRED, MESSAGE, message-deferred",
                "FINAL_REPLY, 452, 4.3.1, DEFERRED, DESTINATION, message-deferred",
                "FINAL_REPLY, 550, 5.7.1, REJECTED, RECIPIENT, message-rejected",
                "FINAL_REPLY, 552, 5.2.3, REJECTED, RECIPIENT, message-rejected",
                "FINAL_REPLY, 554, 5.6.0, REJECTED, RECIPIENT, message-rejected"
            })
    void a_reply_means(Phase phase, int code, String enhanced, Kind kind, Outcome.Scope scope, String reason) {
        EnhancedCode enhancedCode = enhanced == null ? null : EnhancedCode.find(enhanced);
        Outcome outcome = Outcome.ofReply(phase, new SmtpReply(code, enhancedCode, "text"), "mx.example.org:25");

        assertThat(outcome.kind()).isEqualTo(kind);
        assertThat(outcome.scope()).isEqualTo(scope);
        assertThat(outcome.failure().reason()).isEqualTo(reason);
        assertThat(outcome.failure().phase()).isEqualTo(phase);
        assertThat(outcome.failure().code()).isEqualTo(code);
        assertThat(outcome.failure().enhancedCode()).isEqualTo(enhancedCode);
        assertThat(outcome.failure().text()).isEqualTo("text");
        assertThat(outcome.failure().remoteHost()).isEqualTo("mx.example.org:25");
        assertThat(outcome.failure().retryable()).isEqualTo(kind == Kind.DEFERRED);
    }

    @Test
    void a_positive_final_reply_is_acceptance() {
        Outcome outcome =
                Outcome.ofReply(Phase.FINAL_REPLY, new SmtpReply(250, EnhancedCode.find("2.0.0"), "queued as 7"), null);

        assertThat(outcome.kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(outcome.failure()).isNull();
        assertThat(outcome.reply()).isEqualTo("250 2.0.0 queued as 7");
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void without_a_reply_only_the_final_dot_is_ambiguous(Phase phase) {
        for (String reason : new String[] {"timeout", "connection-lost", "protocol-error"}) {
            Outcome outcome = Outcome.ofNoReply(phase, reason, "text", "mx.example.org:25");

            assertThat(outcome.kind()).isEqualTo(phase == Phase.FINAL_REPLY ? Kind.AMBIGUOUS : Kind.DEFERRED);
            assertThat(outcome.failure().reason()).isEqualTo(reason);
            assertThat(outcome.failure().code()).isZero();
            assertThat(outcome.failure().retryable()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void every_code_has_a_kind_that_fits_its_class(Phase phase) {
        for (int code = 200; code < 600; code++) {
            Outcome outcome = Outcome.ofReply(phase, new SmtpReply(code, null, ""), null);

            if (code < 300 && phase == Phase.FINAL_REPLY) {
                assertThat(outcome.kind()).isEqualTo(Kind.ACCEPTED);
            } else if (code < 500) {
                assertThat(outcome.kind()).as("%s %s", phase, code).isEqualTo(Kind.DEFERRED);
            } else {
                assertThat(outcome.kind()).as("%s %s", phase, code).isNotIn(Kind.ACCEPTED, Kind.AMBIGUOUS);
            }
        }
    }
}
