// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * Proves to a server who we are (RFC 4954 §4). Used once, by one thread.
 */
final class Login {
    /** A command line has 512 octets (RFC 5321 §4.5.3.1.4), CRLF among them. */
    private static final int MAX_COMMAND = 510;
    /** More questions than any mechanism has. */
    private static final int MAX_CHALLENGES = 8;

    private final SmtpConnection connection;
    private final SmtpSettings settings;
    private final Credentials credentials;

    Login(SmtpConnection connection, SmtpSettings settings, Credentials credentials) {
        this.connection = connection;
        this.settings = settings;
        this.credentials = credentials;
    }

    /** @param offered the mechanisms that the server announced */
    void run(Set<String> offered) throws WireException, SessionException {
        List<SaslMechanism> mechanisms = mechanisms(offered);
        Secret password = password();
        Reply reply = exchange(mechanisms.get(0), password);
        Secret now = isRefusal(reply) ? credentials.password() : null;
        if (now != null && !now.equals(password)) {
            // exchanged meanwhile, as tokens are that run out
            password = now;
            reply = exchange(mechanisms.get(0), password);
        }
        for (int i = 1; i < mechanisms.size() && isRefusal(reply); i++) {
            reply = exchange(mechanisms.get(i), password);
        }
        if (reply.code() != 235) {
            throw refuse(Outcome.ofReply(Phase.AUTH, reply.smtp(), connection.remote()));
        }
    }

    private static boolean isRefusal(Reply reply) {
        return reply.code() / 100 == 5;
    }

    private List<SaslMechanism> mechanisms(Set<String> offered) throws SessionException {
        SaslMechanism chosen = settings.mechanism();
        List<SaslMechanism> usable = chosen == null
                ? SaslMechanism.amongst(offered)
                : offered.contains(chosen.token()) ? List.of(chosen) : List.of();
        if (usable.isEmpty()) {
            throw misconfigured(
                    "auth-unavailable",
                    "the server does not offer AUTH "
                            + (chosen == null ? "with any of " + SaslMechanism.known() : chosen.token())
                            + "; check the port, or leave out user and password");
        }
        return usable;
    }

    private Secret password() throws SessionException {
        Secret password = credentials.password();
        if (password == null) {
            throw misconfigured("secret-missing", "there is no secret named '" + credentials.name() + "'");
        }
        if (password.reveal().indexOf('\0') >= 0) {
            throw misconfigured("secret-unusable", "the password holds a NUL (RFC 4616 §2)");
        }
        return password;
    }

    /** The reply that ends it. */
    private Reply exchange(SaslMechanism mechanism, Secret password) throws WireException {
        SaslExchange ours = mechanism.begin(credentials.user(), password, settings.endpoint());
        String command = "AUTH " + mechanism.token();
        String initial = ours.initial();
        String encoded = initial == null ? null : base64(initial);
        boolean atOnce = encoded != null && command.length() + 1 + encoded.length() <= MAX_COMMAND;
        Reply reply = connection.exchange(atOnce ? command + ' ' + encoded : command);
        if (encoded != null && !atOnce && reply.code() == 334) {
            reply = connection.exchange(encoded);
        }
        for (int i = 0; reply.code() == 334; i++) {
            if (i == MAX_CHALLENGES) {
                throw WireException.protocol("the server asks for more than " + MAX_CHALLENGES + " answers to AUTH");
            }
            reply = connection.exchange(base64(ours.answer(challenge(reply))));
        }
        if (reply.code() == 235 && !ours.isConvinced()) {
            throw WireException.protocol("the server lets us in without having shown that it knows the password");
        }
        return SaslMechanism.redact(reply, credentials.user(), password);
    }

    private static String challenge(Reply reply) throws WireException {
        try {
            return new String(Base64.getDecoder().decode(reply.lines().get(0).strip()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // LOGIN's questions do not matter, and some servers put them plainly
            return "";
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private SessionException misconfigured(String reason, String text) {
        Failure failure = Failure.builder(reason, Phase.AUTH)
                .text(text)
                .remoteHost(connection.remote())
                .build();
        return refuse(Outcome.misconfigured(failure));
    }

    private static SessionException refuse(Outcome outcome) {
        return new SessionException(Phase.AUTH, outcome, null);
    }
}
