// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code mailer trace}: everything that happened to a mail, who was told of it, and what keeps it back. */
@Command(
        name = "trace",
        description =
                "Shows everything that happened to a mail, oldest first, which webhooks were told, and what keeps it back.")
final class TraceCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Parameters(paramLabel = "ID", description = "The mail's id.")
    private String id = "";

    TraceCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Session session = new Session(terminal, global);
        try (Backend backend = session.connect()) {
            JsonNode trace = backend.trace(id);
            if (session.json()) {
                session.printJson(trace);
            } else {
                showEvents(trace);
                MailText.hits(trace).forEach(terminal::line);
                trace.path("holds").forEach(hold -> terminal.line(MailText.hold(hold)));
            }
            return ExitCodes.OK;
        }
    }

    private void showEvents(JsonNode trace) {
        JsonNode events = trace.path("events");
        long omitted = trace.path("omitted").asLong(0);
        for (int i = 0; i < events.size(); i++) {
            if (omitted > 0 && i == events.size() / 2) {
                terminal.line("(" + omitted + " events are left out here)");
            }
            JsonNode event = events.path(i);
            terminal.line(MailText.event(event));
            trace.path("webhooks").forEach(told -> {
                if (told.path("event_id").equals(event.path("id"))) {
                    terminal.line(MailText.told(told));
                }
            });
        }
    }
}
