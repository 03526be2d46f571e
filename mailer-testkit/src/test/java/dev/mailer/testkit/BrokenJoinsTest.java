// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.testkit.Sabotage.Call;
import dev.mailer.testkit.Sabotage.Fault;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The suite finds what is wrong with a store that joins transactions. */
class BrokenJoinsTest {
    private static final Sabotage NONE = new Sabotage("nothing", Call::proceed);
    private static Sabotage sabotage = NONE;

    @AfterEach
    void mend() {
        sabotage = NONE;
    }

    static final class BrokenOutbox extends OutboxStoreContract {
        @Override
        protected OutboxStore newStore() {
            return sabotage.of(H2Stores.next());
        }

        @Override
        protected Connection hostConnection() throws SQLException {
            return H2Stores.connect();
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void the_suite_finds(String finding, Fault fault) {
        sabotage = new Sabotage("OutboxStore.join", fault);

        assertThat(SuiteRun.fails(BrokenOutbox.class, finding)).isTrue();
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                fault(
                        "a_rollback_of_the_host_leaves_nothing",
                        c -> appending(messages ->
                                ((OutboxStore) c.target()).<List<AppendResult>>transact(tx -> tx.append(messages)))),
                fault("what_is_joined_is_there_with_the_host_s_commit_and_not_before", c -> {
                    OutboxTransaction good = (OutboxTransaction) c.proceed();
                    return appending(messages -> {
                        List<AppendResult> results = good.append(messages);
                        commit(c.arg(0, Connection.class));
                        return results;
                    });
                }),
                fault("of_several_with_one_whose_key_is_another_mail_s_none_is_joined", c -> {
                    OutboxTransaction good = (OutboxTransaction) c.proceed();
                    return appending(messages -> messages.stream()
                            .flatMap(m -> good.append(List.of(m)).stream())
                            .toList());
                }),
                fault("a_key_that_is_known_is_found_and_the_host_s_transaction_goes_on", c -> {
                    OutboxTransaction good = (OutboxTransaction) c.proceed();
                    return appending(messages -> good.append(messages).stream()
                            .peek(BrokenJoinsTest::refuseDuplicate)
                            .toList());
                }));
    }

    private static Arguments fault(String finding, Fault fault) {
        return arguments(finding, fault);
    }

    private static void refuseDuplicate(AppendResult result) {
        if (result.kind() == AppendResult.Kind.DUPLICATE) {
            throw new MailerUnavailableException("the key is there already", Duration.ZERO, null);
        }
    }

    private static void commit(Connection host) {
        try {
            host.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All that is asked of a transaction that was joined. */
    @SuppressWarnings("unchecked")
    private static OutboxTransaction appending(Function<List<NewMessage>, List<AppendResult>> append) {
        return (OutboxTransaction) Proxy.newProxyInstance(
                OutboxTransaction.class.getClassLoader(),
                new Class<?>[] {OutboxTransaction.class},
                (proxy, method, args) -> append.apply((List<NewMessage>) args[0]));
    }
}
