// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.OutboxTransaction;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How threads wait for what the writer commits: callers' not for ever, because a store that hangs must not take every thread of theirs
 * with it.
 */
final class Commits {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Commits() {}

    static <R extends @Nullable Object> R write(LedgerWriter writer, Function<OutboxTransaction, R> step) {
        return join(writer.run(step));
    }

    /** For threads of the mailer's own, which have nothing better to do. */
    static <R extends @Nullable Object> R writeWithoutLimit(LedgerWriter writer, Function<OutboxTransaction, R> step) {
        try {
            return writer.run(step).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    static <R extends @Nullable Object> R join(CompletableFuture<R> future) {
        await(future);
        return future.join();
    }

    static <R> @Nullable R joinNullable(CompletableFuture<@Nullable R> future) {
        await(future);
        return future.join();
    }

    /** Until it is done well. */
    private static void await(CompletableFuture<?> future) {
        try {
            future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw rethrow(e);
        } catch (TimeoutException e) {
            throw new MailerUnavailableException(
                    "the store has not committed within " + PATIENCE.toSeconds()
                            + " s and may still do so; repeat with the same idempotency key",
                    Duration.ofSeconds(10),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MailerUnavailableException(
                    "interrupted while waiting for the commit, which may still happen; repeat with the same idempotency key",
                    Duration.ZERO,
                    e);
        }
    }

    /** What failed on the writer's thread, as it was thrown there. */
    private static RuntimeException rethrow(ExecutionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
            return cause;
        }
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(e.getCause());
    }
}
