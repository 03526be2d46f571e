// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.WebhookStore;
import dev.mailer.core.Stores;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KnownEndpointsTest {
    @Test
    void those_who_wait_while_the_store_does_not_answer_do_not_wait_again_each_in_turn() throws Exception {
        AtomicInteger reads = new AtomicInteger();
        AtomicBoolean hangs = new AtomicBoolean(true);
        CountDownLatch answer = new CountDownLatch(1);
        try (var store = FaultyStore.of(Stores.memory(InstantSource.system()), (method, arguments, call) -> {
            if (method.getName().equals("endpoints")) {
                reads.incrementAndGet();
                if (hangs.get()) {
                    answer.await();
                    throw new MailerUnavailableException("no answer", Duration.ofSeconds(1), null);
                }
            }
            return call.proceed();
        })) {
            WebhookStore webhooks = store.webhooks();
            KnownEndpoints endpoints = new KnownEndpoints(webhooks, System::nanoTime);
            List<Thread> threads = new ArrayList<>();
            List<CompletableFuture<KnownEndpoints.View>> views = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                CompletableFuture<KnownEndpoints.View> view = new CompletableFuture<>();
                Thread thread = new Thread(() -> look(endpoints, view));
                thread.start();
                threads.add(thread);
                views.add(view);
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> threads.stream().allMatch(t -> t.getState() == Thread.State.WAITING));

            answer.countDown();

            for (CompletableFuture<KnownEndpoints.View> view : views) {
                assertThatThrownBy(view::get).hasRootCauseInstanceOf(MailerUnavailableException.class);
            }
            assertThat(reads).hasValue(1);
            hangs.set(false);
            assertThat(endpoints.view().readable()).isEmpty();
            assertThat(endpoints.view().unreadable()).isEmpty();
            endpoints.changed();
            endpoints.view();
            assertThat(reads).hasValue(3);
        }
    }

    private static void look(KnownEndpoints endpoints, CompletableFuture<KnownEndpoints.View> view) {
        try {
            endpoints.changed();
            view.complete(endpoints.view());
        } catch (RuntimeException e) {
            view.completeExceptionally(e);
        }
    }
}
