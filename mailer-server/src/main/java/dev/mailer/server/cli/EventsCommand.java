// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code mailer events}: what happened, in order. */
@Command(
        name = "events",
        description = {
            "Prints the events of all mail, the oldest first; with --json one object a line.",
            "At the end it says where to go on: --after is that number."
        },
        footer = {
            "",
            "Examples:",
            "  mailer events --types bounced,complained",
            "  mailer events --follow --json",
            "  mailer events --after 4711"
        })
final class EventsCommand implements Callable<Integer> {
    /** Seconds that one request waits for an event. */
    private static final String WAIT = "20";
    /** Behind an answer without events: a server where too many wait answers at once. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Terminal terminal;
    private final Sleeper sleeper;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Option(names = "--follow", description = "Goes on with what happens, until it is interrupted.")
    private boolean follow;

    @Option(names = "--after", paramLabel = "POSITION", description = "Begins behind it; default: with the oldest.")
    private @Nullable String after;

    @Option(names = "--types", paramLabel = "TYPES", description = "Only these, such as bounced,complained.")
    private @Nullable String types;

    @Option(names = "--streams", paramLabel = "STREAMS", description = "Only events of mail of these streams.")
    private @Nullable String streams;

    EventsCommand(Terminal terminal) {
        this(terminal, Sleeper.system());
    }

    EventsCommand(Terminal terminal, Sleeper sleeper) {
        this.terminal = terminal;
        this.sleeper = sleeper;
    }

    @Override
    public Integer call() {
        Session session = new Session(terminal, global);
        Map<String, String> query = new LinkedHashMap<>();
        put(query, "after", after);
        put(query, "types", types);
        put(query, "streams", streams);
        try (Backend backend = session.connect()) {
            JsonNode page;
            do {
                page = backend.feed(query);
                page.path("data").forEach(event -> terminal.line(session.json() ? event.toString() : line(event)));
                query.put("after", MailText.text(page, "next"));
                if (follow) {
                    query.put("wait", WAIT);
                    if (page.path("data").isEmpty() && !page.path("has_more").asBoolean(false)) {
                        sleeper.sleep(PAUSE);
                    }
                }
            } while (follow || page.path("has_more").asBoolean(false));
        }
        terminal.note("go on with --after " + query.get("after"));
        return ExitCodes.OK;
    }

    private static String line(JsonNode event) {
        String reason = MailText.text(event, "reason");
        return MailText.text(event, "created_at") + "  " + MailText.text(event, "type") + "  "
                + MailText.text(event, "to") + "  " + MailText.text(event, "email_id")
                + (reason.isEmpty() ? "" : "  " + reason);
    }

    private static void put(Map<String, String> query, String name, @Nullable String value) {
        if (value != null) {
            query.put(name, value);
        }
    }
}
