// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Email;
import dev.mailer.api.IdempotencyConflictException;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.SendResult;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.testkit.H2Stores;
import dev.mailer.testkit.MariaDbStores;
import dev.mailer.testkit.PostgresqlStores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many callers with one idempotency key at the same moment, on ledgers that are databases. */
class SharedKeyTest {
    private static final int CALLERS = 100;
    private static final String KEY = "order-1";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What a caller gave, and got: a result, or null for a conflict. */
    private record Answer(String recipient, @Nullable SendResult result) {}

    private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    private final List<MailerEngine> mailers = new ArrayList<>();
    private final StubTransport transport = new StubTransport();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        callers.shutdownNow();
        mailers.forEach(MailerEngine::close);
    }

    /** SQLite takes one process, and servers any number of nodes. */
    private void start(String ledger) {
        String url = switch (ledger.substring(ledger.lastIndexOf(' ') + 1)) {
            case "sqlite" -> "sqlite:" + folder.resolve("ledger.db");
            case "postgresql" -> PostgresqlStores.nextUrl();
            case "mariadb" -> MariaDbStores.nextUrl();
            default -> H2Stores.nextUrl();
        };
        int nodes = ledger.startsWith("two nodes on ") ? 2 : 1;
        for (int i = 0; i < nodes; i++) {
            mailers.add(Mailers.builder()
                    .transport(transport)
                    .store(url)
                    .nodeName("node" + i)
                    .build());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2", "postgresql", "two nodes on postgresql", "mariadb", "two nodes on mariadb"})
    void the_same_mail_is_accepted_once(String ledger) throws Exception {
        start(ledger);

        List<Answer> answers = sendAtOnce(List.of("jo@example.org"));

        Set<MessageId> ids = answers.stream().map(a -> a.result().id()).collect(Collectors.toSet());
        assertThat(ids).hasSize(1);
        assertThat(answers).filteredOn(a -> !a.result().isDuplicate()).hasSize(1);
        assertThat(mailers.get(0).await(ids.iterator().next(), PATIENCE).isSent())
                .isTrue();
        assertThat(transport.tried()).hasSize(1);
        assertStored(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2", "postgresql", "two nodes on postgresql", "mariadb", "two nodes on mariadb"})
    void of_different_mails_one_is_accepted_and_all_others_are_conflicts(String ledger) throws Exception {
        start(ledger);

        List<Answer> answers = sendAtOnce(List.of("jo@example.org", "ann@example.org", "al@example.org"));

        List<Answer> accepted = answers.stream().filter(a -> a.result() != null).toList();
        Set<MessageId> ids = accepted.stream().map(a -> a.result().id()).collect(Collectors.toSet());
        assertThat(ids).hasSize(1);
        assertThat(accepted).filteredOn(a -> !a.result().isDuplicate()).hasSize(1);
        String winner = accepted.get(0).recipient();
        assertThat(accepted).allMatch(a -> a.recipient().equals(winner));
        assertThat(accepted)
                .hasSameSizeAs(answers.stream()
                        .filter(a -> a.recipient().equals(winner))
                        .toList());
        assertThat(mailers.get(0).await(ids.iterator().next(), PATIENCE).isSent())
                .isTrue();
        assertThat(transport.tried()).hasSize(1);
        assertThat(transport.tries(winner)).isEqualTo(1);
        assertStored(1);
        for (MailerEngine mailer : mailers) {
            assertThat(mailer.send(mail(winner)).isDuplicate()).isTrue();
            assertThatThrownBy(() -> mailer.send(mail("late@example.org")))
                    .isInstanceOf(IdempotencyConflictException.class);
        }
    }

    private static Email mail(String recipient) {
        return Rig.mail(recipient).idempotencyKey(KEY).build();
    }

    private List<Answer> sendAtOnce(List<String> recipients) throws Exception {
        CyclicBarrier together = new CyclicBarrier(CALLERS);
        List<Future<Answer>> futures = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            String recipient = recipients.get(i % recipients.size());
            MailerEngine mailer = mailers.get(i % mailers.size());
            Callable<Answer> call = () -> {
                together.await(20, TimeUnit.SECONDS);
                try {
                    return new Answer(recipient, mailer.send(mail(recipient)));
                } catch (IdempotencyConflictException e) {
                    return new Answer(recipient, null);
                }
            };
            futures.add(callers.submit(call));
        }
        List<Answer> answers = new ArrayList<>();
        for (Future<Answer> future : futures) {
            answers.add(future.get(30, TimeUnit.SECONDS));
        }
        return answers;
    }

    private void assertStored(int count) {
        for (MailerEngine mailer : mailers) {
            assertThat(mailer.list(MessageQuery.ofTenant(Email.DEFAULT_TENANT).limit(100))
                            .items())
                    .hasSize(count);
        }
    }
}
