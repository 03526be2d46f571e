// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Mailer;
import dev.mailer.core.MailerEngine;
import dev.mailer.spring.transaction.JoiningMailer;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;

/** Mailers where contexts have parents. */
class ContextHierarchyTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(MailerAutoConfiguration.class))
            .withPropertyValues(
                    "mailer.transport=memory:",
                    "mailer.mailers.billing.transport=memory:",
                    "mailer.mailers.billing.store=memory");

    @Test
    void a_child_has_the_mailers_of_its_parent_and_does_not_close_them() {
        runner.run(parent -> {
            MailerEngine billing = parent.getBean("billingMailer", MailerEngine.class);
            runner.withParent(parent).run(child -> {
                assertThat(child.getBean(Mailer.class)).isSameAs(parent.getBean(Mailer.class));
                assertThat(child.containsLocalBean("billingMailer")).isFalse();
                assertThat(BeanFactoryAnnotationUtils.qualifiedBeanOfType(
                                child.getBeanFactory(), Mailer.class, "billing"))
                        .isSameAs(billing);
            });

            send(parent.getBean(Mailer.class));
            send(billing);
        });
    }

    @Test
    void a_child_closes_its_own() {
        new ApplicationContextRunner()
                .run(parent -> runner.withParent(parent).run(child -> {
                    Mailer mailer = child.getBean(Mailer.class);
                    child.getSourceApplicationContext(ConfigurableApplicationContext.class)
                            .close();
                    assertThat(((MailerEngine) mailer).health().accepting()).isFalse();
                }));
    }

    @Test
    void the_ledger_is_in_the_data_source_of_the_parent() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(Postgres.nextUrl());
        new ApplicationContextRunner()
                .withBean("dataSource", PGSimpleDataSource.class, () -> source)
                .run(parent -> runner.withParent(parent)
                        .run(child ->
                                assertThat(child.getBean(MailerEngine.class)).isInstanceOf(JoiningMailer.class)));
    }

    private static void send(Mailer mailer) {
        mailer.send(mail -> mail.from("shop@example.com")
                .to("jo@example.org")
                .subject("Welcome")
                .text("Welcome!"));
    }
}
