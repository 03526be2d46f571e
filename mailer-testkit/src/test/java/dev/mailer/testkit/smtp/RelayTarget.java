// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;

/** What stands behind a server that hands mail on instead of putting it into boxes. */
final class RelayTarget implements AutoCloseable {
    private final ScriptedSmtpServer server;

    RelayTarget(String... extensions) {
        server = ScriptedSmtpServer.builder().extensions(extensions).start();
        server.replyTo("nobody@example.org", "550 5.1.1 nobody here");
    }

    int port() {
        return server.port();
    }

    /** The commands of all sessions. */
    List<String> commands() {
        return server.sessions().stream().flatMap(s -> s.commands().stream()).toList();
    }

    /** As {@link PeerServer#stored}. */
    List<String> stored(String mailbox) {
        return server.mails().stream()
                .filter(mail -> mail.recipients().stream().anyMatch(r -> r.startsWith(mailbox + "@")))
                .map(mail -> new String(mail.content().unsafeArray(), ISO_8859_1))
                .toList();
    }

    @Override
    public void close() {
        server.close();
    }
}
