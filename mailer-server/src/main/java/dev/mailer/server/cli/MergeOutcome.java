// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.server.cli.MergeAccount.Fate;
import dev.mailer.server.http.ApiException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** What becomes of the mails of a merge, by the ledger, for who waits for it. Not thread-safe. */
final class MergeOutcome {
    private final PatientBackend server;
    private final MergeProgress progress;
    private final Map<Fate, Queue<UUID>> mails = new EnumMap<>(Fate.class);

    MergeOutcome(PatientBackend server, MergeProgress progress) {
        this.server = server;
        this.progress = progress;
    }

    /** Remembers a mail by what its row was counted as. */
    void add(Fate fate, String id) {
        mails.computeIfAbsent(fate, f -> new ArrayDeque<>()).add(UUID.fromString(id));
    }

    /**
     * Counts each row anew, by what its mail ends as. One after the other, for a time that holds for all; what the server no longer
     * tells is pending.
     */
    void await(Duration time, MergeAccount account) {
        long end = System.nanoTime() + time.toNanos();
        boolean told = true;
        for (Map.Entry<Fate, Queue<UUID>> some : mails.entrySet()) {
            for (UUID id : some.getValue()) {
                Fate reached = Fate.PENDING;
                try {
                    reached = told ? await(id, end) : Fate.PENDING;
                } catch (ApiException | CommandException | MailerUnavailableException e) {
                    told = false;
                    progress.note(e.getMessage() + "; what is not known counts as pending");
                }
                account.move(some.getKey(), reached);
            }
        }
    }

    private Fate await(UUID id, long end) {
        Fate reached = Fate.PENDING;
        for (boolean first = true; reached == Fate.PENDING && (first || System.nanoTime() - end < 0); first = false) {
            JsonNode email = server.find(id.toString(), Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            if (email == null) {
                return Fate.PENDING;
            }
            reached = reached(email);
        }
        return reached;
    }

    private static Fate reached(JsonNode email) {
        if (!email.path("done").asBoolean(false)) {
            return Fate.PENDING;
        }
        return switch (email.path("deliveries").path(0).path("state").asString("")) {
            case "sent", "delivered" -> Fate.SENT;
            case "suppressed" -> Fate.SUPPRESSED;
            default -> Fate.FAILED;
        };
    }

    /** How many of the mails an earlier run had accepted. */
    int earlier() {
        Queue<UUID> before = mails.get(Fate.DUPLICATE);
        return before == null ? 0 : before.size();
    }
}
