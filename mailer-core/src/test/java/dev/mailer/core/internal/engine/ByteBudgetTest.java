// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ByteBudgetTest {
    private static final long LARGE = 10 * ByteBudget.SMALL;

    private final ByteBudget budget = new ByteBudget(2 * LARGE);

    @Test
    void small_mails_are_not_counted() throws Exception {
        budget.acquire(2 * LARGE);
        budget.acquire(ByteBudget.SMALL);
        budget.release(ByteBudget.SMALL);

        assertThat(budget.used()).isEqualTo(2 * LARGE);
    }

    @Test
    void a_large_mail_waits_for_room() throws Exception {
        budget.acquire(LARGE);
        budget.acquire(LARGE);
        CompletableFuture<Void> third = acquireElsewhere(LARGE);
        assertThat(third).isNotDone();

        budget.release(LARGE);

        third.get(20, TimeUnit.SECONDS);
        assertThat(budget.used()).isEqualTo(2 * LARGE);
    }

    @Test
    void a_mail_beyond_the_limit_goes_alone() throws Exception {
        budget.acquire(LARGE);
        CompletableFuture<Void> huge = acquireElsewhere(50 * LARGE);

        budget.release(LARGE);
        huge.get(20, TimeUnit.SECONDS);
        CompletableFuture<Void> next = acquireElsewhere(LARGE);
        assertThat(next).isNotDone();
        budget.release(50 * LARGE);

        next.get(20, TimeUnit.SECONDS);
    }

    private CompletableFuture<Void> acquireElsewhere(long size) {
        return CompletableFuture.runAsync(() -> {
            try {
                budget.acquire(size);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
