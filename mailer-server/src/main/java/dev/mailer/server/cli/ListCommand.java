// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code mailer list}: accepted mails, newest first. */
@Command(name = "list", description = "Lists accepted mails, newest first.")
final class ListCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Option(
            names = "--status",
            paramLabel = "STATE",
            description = "Only mails with a delivery in this state, such as ambiguous, deferred or failed.")
    private @Nullable String status;

    @Option(names = "--to", paramLabel = "ADDRESS", description = "Only mails to this address.")
    private @Nullable String to;

    @Option(names = "--stream", paramLabel = "STREAM", description = "Only mails of this stream.")
    private @Nullable String stream;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only mails accepted then or later; ISO 8601 with an offset.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Only mails accepted before.")
    private @Nullable String until;

    @Option(names = "--after", paramLabel = "ID", description = "Goes on behind the last mail of an earlier list.")
    private @Nullable String after;

    @Option(names = "--limit", paramLabel = "COUNT", description = "At most so many, up to 100; default 20.")
    private @Nullable String limit;

    ListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Session session = new Session(terminal, global);
        try (Backend backend = session.connect()) {
            JsonNode mails = backend.list(filters());
            if (session.json()) {
                session.printJson(mails);
                return ExitCodes.OK;
            }
            String last = "";
            for (JsonNode mail : mails.path("data")) {
                terminal.line(MailText.row(mail));
                last = MailText.text(mail, "id");
            }
            if (last.isEmpty()) {
                terminal.note("no such mail");
            } else if (mails.path("has_more").asBoolean(false)) {
                terminal.note("there are more; go on with --after " + last);
            }
            return ExitCodes.OK;
        }
    }

    /** By the names that the API has for them. */
    private Map<String, String> filters() {
        Map<String, String> given = new LinkedHashMap<>();
        put(given, "status", status);
        put(given, "to", to);
        put(given, "stream", stream);
        put(given, "since", since);
        put(given, "until", until);
        put(given, "after", after);
        put(given, "limit", limit);
        return given;
    }

    private static void put(Map<String, String> given, String name, @Nullable String value) {
        if (value != null) {
            given.put(name, value);
        }
    }
}
