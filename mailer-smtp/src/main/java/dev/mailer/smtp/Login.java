// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Phase;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Proves to a server who we are (RFC 4954 §4). Used once, by one thread. */
final class Login {
    /** A command line has 512 octets (RFC 5321 §4.5.3.1.4), CRLF among them. */
    private static final int MAX_COMMAND = 510;
    /** More questions than any mechanism has. */
    private static final int MAX_CHALLENGES = 8;
    /** Shorter passwords are words that replies may have anyway. */
    private static final int LEAST_TO_HIDE = 4;

    private final SmtpConnection connection;
    private final SmtpSettings settings;
    private final Credentials credentials;
    /** What the server could repeat later. */
    private final Set<String> said = new HashSet<>();

    Login(SmtpConnection connection, SmtpSettings settings, Credentials credentials) {
        this.connection = connection;
        this.settings = settings;
        this.credentials = credentials;
    }

    /** @param offered the mechanisms that the server announced */
    void run(Set<String> offered) throws WireException, SessionException {
        List<SaslMechanism> mechanisms = mechanisms(offered);
        Secret password = password(credentials.password());
        Reply reply = exchange(mechanisms.get(0), password);
        if (isRefusal(reply)) {
            Secret now = credentials.password();
            if (now != null && !now.equals(password)) {
                // exchanged meanwhile, as tokens are that run out
                reply = again(reply, mechanisms.get(0), password(now));
            } else if (mechanisms.size() > 1) {
                reply = again(reply, mechanisms.get(1), password);
            }
        }
        if (reply.code() != 235) {
            throw new SessionException(
                    Phase.AUTH, Outcome.ofReply(Phase.AUTH, reply.smtp(), connection.remote()), null);
        }
        connection.hide(longestFirst(
                said.stream().filter(text -> text.length() >= LEAST_TO_HIDE).toList()));
    }

    /** A server that leaves behind its refusal has said what there is to say. */
    private Reply again(Reply refusal, SaslMechanism mechanism, Secret password) throws WireException {
        try {
            Reply reply = exchange(mechanism, password);
            return reply.isClosing() ? refusal : reply;
        } catch (WireException e) {
            if (e.reason().equals(WireException.LOST) || connection.isClosed()) {
                return refusal;
            }
            throw e;
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

    private Secret password(@Nullable Secret password) throws SessionException {
        if (password == null) {
            throw misconfigured("secret-missing", credentials.problem());
        }
        if (password.reveal().indexOf('\0') >= 0) {
            throw misconfigured("secret-unusable", "the password holds a NUL (RFC 4616 §2)");
        }
        return password;
    }

    /** The reply that ends it. */
    private Reply exchange(SaslMechanism mechanism, Secret password) throws WireException {
        SaslExchange ours = mechanism.begin(credentials.user(), password, settings.endpoint());
        said.addAll(secrets(password));
        String command = "AUTH " + mechanism.token();
        String initial = ours.initial();
        String encoded = initial == null ? "" : base64(initial);
        said.add(encoded);
        boolean atOnce = initial != null && command.length() + 1 + encoded.length() <= MAX_COMMAND;
        Reply reply = connection.exchange(atOnce ? command + ' ' + encoded : command);
        if (initial != null && !atOnce && reply.code() == 334) {
            reply = connection.exchange(encoded);
        }
        for (int i = 0; reply.code() == 334; i++) {
            if (i == MAX_CHALLENGES) {
                throw WireException.protocol("the server asks for more than " + MAX_CHALLENGES + " answers to AUTH");
            }
            String answer = base64(ours.answer(challenge(mechanism, reply)));
            said.add(answer);
            reply = connection.exchange(answer);
        }
        if (reply.code() == 235 && !ours.isConvinced()) {
            throw WireException.protocol("the server lets us in without having shown that it knows the password");
        }
        return reply.without(longestFirst(said));
    }

    private static String challenge(SaslMechanism mechanism, Reply reply) throws WireException {
        try {
            byte[] octets = Base64.getDecoder().decode(reply.lines().get(0).strip());
            return new String(octets, StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            if (mechanism == SaslMechanism.LOGIN) {
                // its questions do not matter, and some servers put them plainly
                return "";
            }
            throw WireException.protocol("the server's challenge is not in base64");
        }
    }

    /** The password in all forms in which it could come back, whatever the mechanism. */
    private List<String> secrets(Secret password) {
        List<String> forms = new ArrayList<>(List.of(password.reveal(), base64(password.reveal())));
        for (SaslMechanism mechanism : SaslMechanism.values()) {
            String initial = mechanism
                    .begin(credentials.user(), password, settings.endpoint())
                    .initial();
            forms.add(initial == null ? "" : base64(initial));
        }
        return forms;
    }

    private static List<String> longestFirst(Collection<String> texts) {
        return texts.stream()
                .filter(text -> !text.isEmpty())
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** RFC 4648 §4. */
    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private SessionException misconfigured(String reason, String text) {
        return SessionException.misconfigured(Phase.AUTH, reason, text, connection.remote());
    }
}
