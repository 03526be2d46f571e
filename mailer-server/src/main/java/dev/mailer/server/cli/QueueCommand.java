// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code mailer queue}: what waits, and decisions about it. */
@Command(name = "queue", description = "Shows what waits; holds and resumes queues; decides about deliveries.")
final class QueueCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    QueueCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return show(global, Backend::queues);
    }

    @Command(name = "pause", description = "Stops sending to a domain until it is resumed.")
    int pause(
            @Mixin GlobalOptions options,
            @Parameters(paramLabel = "STREAM", description = "Such as transactional.") String stream,
            @Parameters(paramLabel = "DOMAIN", description = "The recipients' domain.") String domain) {
        return show(options, backend -> backend.moveQueue("pause", stream, domain));
    }

    @Command(name = "resume", description = "Sends to a domain again.")
    int resume(
            @Mixin GlobalOptions options,
            @Parameters(paramLabel = "STREAM", description = "Such as transactional.") String stream,
            @Parameters(paramLabel = "DOMAIN", description = "The recipients' domain.") String domain) {
        return show(options, backend -> backend.moveQueue("resume", stream, domain));
    }

    @Command(name = "retry", description = "Sends a held or deferred delivery now.")
    int retry(
            @Mixin GlobalOptions options,
            @Parameters(paramLabel = "ID", description = "The mail's id.") String id,
            @Parameters(paramLabel = "DELIVERY", description = "The delivery's number.") String delivery) {
        return decide(options, id, delivery, "retry");
    }

    @Command(name = "give-up", description = "Ends a held delivery without sending it.")
    int giveUp(
            @Mixin GlobalOptions options,
            @Parameters(paramLabel = "ID", description = "The mail's id.") String id,
            @Parameters(paramLabel = "DELIVERY", description = "The delivery's number.") String delivery) {
        return decide(options, id, delivery, "give-up");
    }

    private int decide(GlobalOptions options, String id, String delivery, String action) {
        Session session = new Session(terminal, options);
        try (Backend backend = session.connect()) {
            backend.resolve(id, delivery, action);
            JsonNode email = backend.find(id, Duration.ZERO);
            if (session.json()) {
                session.printJson(email);
            } else {
                MailText.status(email).forEach(terminal::line);
            }
            return ExitCodes.OK;
        }
    }

    private int show(GlobalOptions options, Function<Backend, JsonNode> call) {
        Session session = new Session(terminal, options);
        try (Backend backend = session.connect()) {
            JsonNode queues = call.apply(backend);
            if (session.json()) {
                session.printJson(queues);
                return ExitCodes.OK;
            }
            if (queues.path("data").isEmpty()) {
                terminal.line("nothing waits");
            }
            queues.path("data").forEach(lane -> terminal.line(MailText.lane(lane)));
            queues.path("parked").forEach(queue -> terminal.line(MailText.parked(queue)));
            return ExitCodes.OK;
        }
    }
}
