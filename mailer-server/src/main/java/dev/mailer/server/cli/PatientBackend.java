// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.server.config.Values;
import dev.mailer.server.http.ApiException;
import dev.mailer.server.http.EmailApi;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Hands over batches until they are taken, and asks until it is answered: it slows down with a server that is overloaded and outlasts one that is away, for a
 * bounded time without any success. What it repeats must be harmless, as mails with idempotency keys are. Not thread-safe.
 */
final class PatientBackend {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /** How soon an interruption is seen. */
    private static final Duration STEP = Duration.ofMillis(250);

    private final Backend backend;
    private final MergeProgress progress;
    private final Sleeper sleeper;
    private final Interruption interruption;
    private final Duration patience;
    private boolean repeated;

    PatientBackend(
            Backend backend, MergeProgress progress, Sleeper sleeper, Interruption interruption, Duration patience) {
        this.backend = backend;
        this.progress = progress;
        this.sleeper = sleeper;
        this.interruption = interruption;
        this.patience = patience;
    }

    /** The answer to a batch; null when an interruption came first. */
    @Nullable
    JsonNode send(JsonNode mails, EmailApi.BatchValidation validation) {
        return insist(b -> b.sendAll(mails, validation), patience, takenNothing());
    }

    /** Whether the answer is one to a repeated request, of which an earlier try may have done something. */
    boolean hasRepeated() {
        return repeated;
    }

    /** Gives the server a moment. */
    void pause() {
        pauseUntil(now().plus(FIRST_PAUSE));
    }

    /** As {@link #send}; an entry that is stored twice is the same. */
    @Nullable
    JsonNode suppress(JsonNode entries, EmailApi.BatchValidation validation) {
        return insist(b -> b.suppressAll(entries, validation), patience, takenNothing());
    }

    /** As {@link Backend#find}, for as long as that may wait; null when an interruption came first. */
    @Nullable
    JsonNode find(String id, Duration wait) {
        return insist(b -> b.find(id, wait), wait, "told no outcome within the limit (--wait)");
    }

    private String takenNothing() {
        return "taken nothing for " + Values.shown(patience) + ", the limit (--patience)";
    }

    private @Nullable JsonNode insist(Function<Backend, JsonNode> call, Duration patience, String failing) {
        Instant end = now().plus(patience);
        Duration pause = FIRST_PAUSE;
        repeated = false;
        while (!interruption.isRequested()) {
            try {
                return call.apply(backend);
            } catch (ApiException | CommandException | MailerUnavailableException e) {
                Duration asked = hint(e);
                if (asked == null) {
                    throw e;
                }
                Duration wait = asked.compareTo(pause) > 0 ? asked : pause;
                if (!now().plus(wait).isBefore(end)) {
                    throw new CommandException(
                            ExitCodes.UNAVAILABLE, "the server has " + failing + ": " + e.getMessage());
                }
                progress.note(e.getMessage() + "; tries again in " + Values.shown(wait));
                pauseUntil(now().plus(wait));
                repeated = true;
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            }
        }
        return null;
    }

    /** Waits, unless an interruption comes. */
    void pauseUntil(Instant time) {
        for (Duration left = Duration.between(now(), time);
                !left.isNegative() && !left.isZero() && !interruption.isRequested();
                left = Duration.between(now(), time)) {
            sleeper.sleep(left.compareTo(STEP) < 0 ? left.plusMillis(1) : STEP);
            if (Thread.currentThread().isInterrupted()) {
                interruption.request();
            }
        }
    }

    /** The same may succeed later. */
    static boolean isPassing(RuntimeException e) {
        return hint(e) != null;
    }

    /** How long to wait at least; null when it is pointless. */
    private static @Nullable Duration hint(RuntimeException e) {
        if (e instanceof MailerUnavailableException unavailable) {
            return unavailable.retryAfter();
        }
        if (e instanceof ApiException api) {
            Duration hint = api.retryAfter() == null ? Duration.ZERO : api.retryAfter();
            return api.status() == 429 || api.status() == 503 ? hint : null;
        }
        return e instanceof CommandException command && command.isPassing() ? Duration.ZERO : null;
    }

    private Instant now() {
        return progress.now();
    }
}
