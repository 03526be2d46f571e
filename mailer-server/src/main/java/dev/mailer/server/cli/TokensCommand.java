// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code mailer tokens}: the keys of the tokens in tracking and unsubscribe links. */
@Command(
        name = "tokens",
        description = "Lists the keys of the tokens in links; makes new ones and revokes old ones.",
        footer = {"", "Examples:", "  mailer tokens rotate", "  mailer tokens revoke 1"})
final class TokensCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    TokensCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return list(global);
    }

    @Command(name = "list", description = "Lists the keys.")
    int list(@Mixin GlobalOptions options) {
        Session session = new Session(terminal, options);
        try (Backend backend = session.connect()) {
            return show(session, backend.tokenKeys());
        }
    }

    @Command(
            name = "rotate",
            description = {
                "Makes a new key, for mail that is accepted from a minute on.",
                "Links in mail that was accepted before stay as they are, and go on to work."
            })
    int rotate(@Mixin GlobalOptions options) {
        Session session = new Session(terminal, options);
        try (Backend backend = session.connect()) {
            JsonNode key = backend.rotateTokenKey();
            if (session.json()) {
                session.printJson(key);
            } else {
                terminal.line(line(key));
            }
            return ExitCodes.OK;
        }
    }

    @Command(
            name = "revoke",
            description = {
                "Ends a key: links in mail that was sent with it lead nowhere, within 20 seconds.",
                "It must have a newer one that is valid already."
            })
    int revoke(
            @Mixin GlobalOptions options,
            @Parameters(paramLabel = "VERSION", description = "As the list has it.") String version) {
        Session session = new Session(terminal, options);
        try (Backend backend = session.connect()) {
            return show(session, backend.revokeTokenKey(version));
        }
    }

    private int show(Session session, JsonNode keys) {
        if (session.json()) {
            session.printJson(keys);
            return ExitCodes.OK;
        }
        if (keys.path("data").isEmpty()) {
            terminal.line("there is none; the first link makes one");
        }
        keys.path("data").forEach(key -> terminal.line(line(key)));
        return ExitCodes.OK;
    }

    private static String line(JsonNode key) {
        String from = MailText.text(key, "valid_from");
        return MailText.text(key, "version") + "  " + (from.isEmpty() ? "from the beginning" : "from " + from)
                + (key.path("revoked").asBoolean(false) ? "  revoked" : "");
    }
}
