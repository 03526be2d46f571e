// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code mailer sites}: how a running server gets on with its relays and the mail hosts of the world. */
@Command(
        name = "sites",
        description =
                "Shows the relays and MX sites that have connections or are slowed down, and why, and lets them go on.")
final class SitesCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    SitesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return show(global, Backend::sites, MailText::site, "no site has connections or is slowed down");
    }

    @Command(name = "tls", description = "Counts how TLS went, by day, domain and policy.")
    int tls(
            @Mixin GlobalOptions options,
            @Parameters(
                            paramLabel = "DAY",
                            arity = "0..1",
                            description = "Such as 2026-08-05, in UTC; all that are kept unless given.")
                    @Nullable
                    String day) {
        return show(options, backend -> backend.tlsCounts(day), MailText::tls, "nothing was counted");
    }

    @Command(
            name = "release",
            description = "Lets a site go on at once that is slowed down, on the server that is asked.")
    int release(
            @Mixin GlobalOptions options,
            @Parameters(paramLabel = "NAME", description = "As the list has it, such as google or mx.example.org.")
                    String name) {
        return show(
                options,
                backend -> backend.releaseSite(name),
                MailText::site,
                "no site has connections or is slowed down");
    }

    private int show(
            GlobalOptions options, Function<Backend, JsonNode> call, Function<JsonNode, String> line, String none) {
        Session session = new Session(terminal, options);
        try (Backend backend = session.connect()) {
            JsonNode answer = call.apply(backend);
            if (session.json()) {
                session.printJson(answer);
                return ExitCodes.OK;
            }
            if (answer.path("data").isEmpty()) {
                terminal.line(none);
            }
            answer.path("data").forEach(one -> terminal.line(line.apply(one)));
            return ExitCodes.OK;
        }
    }
}
