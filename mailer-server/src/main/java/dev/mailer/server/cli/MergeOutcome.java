// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.server.http.ApiException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What became of the mails of a merge, by the ledger, for who waits for it. Not thread-safe. */
final class MergeOutcome {
    /** In the order of the account. */
    private enum End {
        /** Taken over by the next server. */
        SENT,
        /** Given up, for whatever reason. */
        FAILED,
        SUPPRESSED,
        /** Not final within the time to wait. */
        PENDING;

        static End of(JsonNode email) {
            if (!email.path("done").asBoolean(false)) {
                return PENDING;
            }
            return switch (email.path("deliveries").path(0).path("state").asString("")) {
                case "sent", "delivered" -> SENT;
                case "suppressed" -> SUPPRESSED;
                default -> FAILED;
            };
        }
    }

    private final PatientBackend server;
    private final MergeProgress progress;
    private final Queue<UUID> ids = new ArrayDeque<>();
    private final Map<End, Long> counts = new EnumMap<>(End.class);

    MergeOutcome(PatientBackend server, MergeProgress progress) {
        this.server = server;
        this.progress = progress;
    }

    /** Remembers a mail, with those that an earlier run sent. */
    void add(String id) {
        ids.add(UUID.fromString(id));
    }

    /** One after the other, for a time that holds for all. What the server no longer tells is pending. */
    void await(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        boolean told = true;
        for (UUID id : ids) {
            End reached = End.PENDING;
            try {
                reached = told ? await(id, end) : End.PENDING;
            } catch (ApiException | CommandException | MailerUnavailableException e) {
                told = false;
                progress.note(e.getMessage() + "; what is not known counts as pending");
            }
            counts.merge(reached, 1L, Long::sum);
        }
    }

    private End await(UUID id, long end) {
        End reached = End.PENDING;
        for (boolean first = true; reached == End.PENDING && (first || System.nanoTime() - end < 0); first = false) {
            JsonNode email = server.find(id.toString(), Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            if (email == null) {
                return End.PENDING;
            }
            reached = End.of(email);
        }
        return reached;
    }

    boolean isPending() {
        return of(End.PENDING) > 0;
    }

    private long of(End end) {
        return counts.getOrDefault(end, 0L);
    }

    String text() {
        return "mails " + ids.size() + " = "
                + Stream.of(End.values()).map(end -> word(end) + " " + of(end)).collect(Collectors.joining(" + "));
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("mails", ids.size());
        for (End end : End.values()) {
            json.put(word(end), of(end));
        }
        return json;
    }

    int exitCode() {
        if (of(End.FAILED) > 0) {
            return ExitCodes.FAILED;
        }
        return isPending() ? ExitCodes.PENDING : ExitCodes.OK;
    }

    private static String word(End end) {
        return end.name().toLowerCase(Locale.ROOT);
    }
}
