// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

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

    private final Backend backend;
    private final Interruption interruption;
    private final Queue<UUID> ids = new ArrayDeque<>();
    private final Map<End, Long> counts = new EnumMap<>(End.class);

    MergeOutcome(Backend backend, Interruption interruption) {
        this.backend = backend;
        this.interruption = interruption;
    }

    /** Remembers a mail, with those that an earlier run sent. */
    void add(String id) {
        ids.add(UUID.fromString(id));
    }

    /** One after the other, for a time that holds for all. */
    void await(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (UUID id : ids) {
            if (interruption.isRequested()) {
                counts.merge(End.PENDING, 1L, Long::sum);
                continue;
            }
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            JsonNode email = backend.find(id.toString(), left);
            while (End.of(email) == End.PENDING && System.nanoTime() - end < 0 && !interruption.isRequested()) {
                email = backend.find(id.toString(), Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            }
            counts.merge(End.of(email), 1L, Long::sum);
        }
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
        return of(End.PENDING) > 0 ? ExitCodes.PENDING : ExitCodes.OK;
    }

    private static String word(End end) {
        return end.name().toLowerCase(Locale.ROOT);
    }
}
