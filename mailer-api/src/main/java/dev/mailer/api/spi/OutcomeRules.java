// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.EnhancedCode;
import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome.Scope;
import org.jspecify.annotations.Nullable;

/**
 * The one place where a reply or its absence becomes an {@link Outcome}. The reply code decides between now, later and never
 * (RFC 5321 §4.2.1); the enhanced code and the phase decide what a deferral holds for. Texts are never looked at.
 */
final class OutcomeRules {
    private OutcomeRules() {}

    static Outcome ofReply(Phase phase, SmtpReply reply, @Nullable String remoteHost) {
        int code = reply.code();
        if (phase == Phase.FINAL_REPLY && code / 100 == 2) {
            return Outcome.accepted(
                    code + " " + (reply.enhancedCode() == null ? "" : reply.enhancedCode() + " ") + reply.text(), null);
        }
        Failure.Builder failure = Failure.builder(reason(phase, reply), phase)
                .code(code)
                .enhancedCode(reply.enhancedCode())
                .text(reply.text())
                .remoteHost(remoteHost);
        if (code < 400) {
            // a positive reply where it makes no sense, such as 250 to DATA: the peer is out of step
            return Outcome.deferred(Scope.DESTINATION, failure.retryable().build(), null);
        }
        if (phase == Phase.AUTH) {
            // RFC 4954 §6: 454 is temporary; 530, 534, 535, 538 and every other 5xx are about our credentials or
            // settings
            return code < 500
                    ? Outcome.deferred(Scope.TRANSPORT, failure.retryable().build(), null)
                    : Outcome.misconfigured(failure.build());
        }
        if (code == 530 || code == 538) {
            // RFC 4954 §6 and RFC 3207 §4: authentication or STARTTLS is demanded, whatever the command was
            return Outcome.misconfigured(failure.build());
        }
        if (code < 500 || isFull(phase, reply)) {
            return Outcome.deferred(
                    scopeOfDeferral(phase, reply), failure.retryable().build(), null);
        }
        if (phase == Phase.CONNECT || phase == Phase.TLS) {
            // a 5xx greeting or EHLO refuses this client or host, not this mail (RFC 5321 §3.1, 554)
            return Outcome.deferred(Scope.DESTINATION, failure.retryable().build(), null);
        }
        return Outcome.rejected(failure.build());
    }

    static Outcome ofNoReply(Phase phase, String reason, String text, @Nullable String remoteHost) {
        Failure.Builder failure =
                Failure.builder(reason, phase).text(text).remoteHost(remoteHost).retryable();
        if (phase.mayHaveBeenSent()) {
            return Outcome.ambiguous(failure.build());
        }
        return Outcome.deferred(Scope.DESTINATION, failure.build(), null);
    }

    private static boolean isFull(Phase phase, SmtpReply reply) {
        return phase == Phase.RCPT_TO && reply.isTooManyRecipients();
    }

    private static Scope scopeOfDeferral(Phase phase, SmtpReply reply) {
        if (reply.code() == 421) {
            return Scope.DESTINATION;
        }
        EnhancedCode enhanced = reply.enhancedCode();
        boolean network = enhanced != null && enhanced.subject() == 4;
        boolean mailSystem = enhanced != null && enhanced.subject() == 3 && enhanced.detail() != 4;
        if (network || mailSystem && phase != Phase.RCPT_TO) {
            return Scope.DESTINATION;
        }
        return switch (phase) {
            case CONNECT, TLS -> Scope.DESTINATION;
            case AUTH -> Scope.TRANSPORT;
            case RCPT_TO -> Scope.RECIPIENT;
            default -> Scope.MESSAGE;
        };
    }

    private static String reason(Phase phase, SmtpReply reply) {
        String what = switch (phase) {
            case PREPARE, HTTP -> "message";
            case CONNECT -> "connection";
            case TLS -> "tls";
            case AUTH -> "authentication";
            case MAIL_FROM -> "sender";
            case RCPT_TO -> "recipient";
            case DATA, FINAL_REPLY -> "message";
        };
        if (reply.code() < 400) {
            return "protocol-error";
        }
        boolean later = reply.code() < 500 || isFull(phase, reply);
        return what + (later ? "-deferred" : "-rejected");
    }
}
