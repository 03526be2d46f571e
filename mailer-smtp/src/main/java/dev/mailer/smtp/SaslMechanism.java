// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How we prove who we are (RFC 4954 §4); all of these show the password to the server, so they belong inside TLS. */
enum SaslMechanism {
    /** RFC 4616, with the initial response in the command while that stays within the length of a command line. */
    PLAIN {
        @Override
        Reply run(SmtpConnection connection, String user, Secret password) throws WireException {
            String response = base64('\0' + user + '\0' + password.reveal());
            if (response.length() <= MAX_INITIAL_RESPONSE) {
                return connection.exchange("AUTH PLAIN " + response);
            }
            Reply go = connection.exchange("AUTH PLAIN");
            return go.code() == 334 ? connection.exchange(response) : go;
        }
    },
    /** The older one that some servers offer alone: asked for user name and password one by one. */
    LOGIN {
        @Override
        Reply run(SmtpConnection connection, String user, Secret password) throws WireException {
            Reply go = connection.exchange("AUTH LOGIN");
            if (go.code() == 334) {
                go = connection.exchange(base64(user));
            }
            return go.code() == 334 ? connection.exchange(base64(password.reveal())) : go;
        }
    };

    /** A command line has 512 octets (RFC 5321 §4.5.3.1.4); "AUTH PLAIN " and CRLF are 13 of them. */
    private static final int MAX_INITIAL_RESPONSE = 499;

    /** The first of ours that a server offers; null when it offers none. */
    static @Nullable SaslMechanism bestOf(Set<String> offered) {
        for (SaslMechanism mechanism : values()) {
            if (offered.contains(mechanism.name())) {
                return mechanism;
            }
        }
        return null;
    }

    /** Exchanges all; the last reply is 235 when the server is convinced. */
    abstract Reply run(SmtpConnection connection, String user, Secret password) throws WireException;

    /** The reply without anything in it that was ours to keep, should the server repeat it. */
    static Reply redact(Reply reply, String user, Secret password) {
        String plain = password.reveal();
        return new Reply(
                reply.code(),
                reply.lines().stream()
                        .map(line -> without(
                                without(without(line, base64('\0' + user + '\0' + plain)), base64(plain)), plain))
                        .toList());
    }

    private static String without(String line, String secret) {
        return secret.isEmpty() ? line : line.replace(secret, "***");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
