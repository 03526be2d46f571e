// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import static dev.mailer.spring.transaction.TransactionApp.ledger;
import static dev.mailer.spring.transaction.TransactionApp.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.mailer.api.Mailer;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Transactions are on one bean, and the ledger is in another one that is named. */
@ExtendWith(OutputCaptureExtension.class)
class ChosenDataSourceTest {
    @ParameterizedTest
    @ValueSource(strings = {"pool", "lazy"})
    void a_transaction_on_a_proxy_of_the_same_pool_is_joined(String name, CapturedOutput output) {
        try (ConfigurableApplicationContext app = TransactionApp.start(Lazy.class, "mailer.data-source=" + name)) {
            TransactionApp.next(app);
            Mailer mailer = app.getBean(Mailer.class);
            TransactionTemplate template = new TransactionTemplate(app.getBean(PlatformTransactionManager.class));

            template.executeWithoutResult(status -> {
                mailer.send(mail("committed"));
                TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        List<Connection> others =
                                TransactionApp.takeAllConnections(app.getBean(HikariDataSource.class));
                        try {
                            mailer.send(mail("after"));
                        } finally {
                            others.forEach(JoinedTransaction::close);
                        }
                    }
                });
            });
            template.executeWithoutResult(status -> {
                mailer.send(mail("rolled back"));
                status.setRollbackOnly();
            });

            assertThat(ledger(app)).containsExactly("after", "committed");
            assertThat(output).doesNotContain("joins no transaction");
        }
    }

    @Test
    void two_mailers_may_not_share_a_pool_behind_a_proxy() {
        assertThatThrownBy(() -> TransactionApp.start(
                        Lazy.class,
                        "mailer.data-source=pool",
                        "mailer.mailers.billing.data-source=lazy",
                        "mailer.mailers.billing.transport=memory:"))
                .rootCause()
                .hasMessageContaining("has the ledger of the mailer 'default'");
    }

    @Test
    void a_warning_tells_that_no_transaction_manager_works_on_it(CapturedOutput output) {
        try (ConfigurableApplicationContext app = TransactionApp.start(Routed.class, "mailer.data-source=pool")) {
            TransactionApp.next(app);

            assertThat(output)
                    .containsOnlyOnce(
                            "the mailer of the bean 'mailer' joins no transaction: its ledger is in a DataSource that no"
                                    + " transaction manager works on");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(TransactionApp.Jdbc.class)
    static class Lazy {
        @Bean
        HikariDataSource pool(Environment environment) {
            return ChosenDataSourceTest.pool(environment);
        }

        @Bean
        @Primary
        DataSource lazy(HikariDataSource pool) {
            return new LazyConnectionDataSourceProxy(pool);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(TransactionApp.Jdbc.class)
    static class Routed {
        @Bean
        HikariDataSource pool(Environment environment) {
            return ChosenDataSourceTest.pool(environment);
        }

        @Bean
        @Primary
        DataSource routing(HikariDataSource pool) {
            AbstractRoutingDataSource routing = new AbstractRoutingDataSource() {
                @Override
                protected Object determineCurrentLookupKey() {
                    return "one";
                }
            };
            routing.setTargetDataSources(Map.of("one", pool));
            return routing;
        }
    }

    private static HikariDataSource pool(Environment environment) {
        HikariDataSource pool = DataSourceBuilder.create()
                .type(HikariDataSource.class)
                .url(environment.getRequiredProperty("spring.datasource.url"))
                .build();
        pool.setMaximumPoolSize(4);
        return pool;
    }
}
