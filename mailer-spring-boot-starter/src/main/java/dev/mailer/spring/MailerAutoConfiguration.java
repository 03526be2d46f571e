// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.Mailer;
import dev.mailer.api.MailerConfigException;
import dev.mailer.core.MailerEngine;
import dev.mailer.mailbox.MailboxPlugin;
import dev.mailer.spring.transaction.CommitWatching;
import java.util.function.Consumer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.ConfigurableTransactionManager;

/**
 * Makes the mailer of an application, and further ones by name, and closes them at the right time. Its beans are made before those of most
 * other configurations, so that the mailer opens while they are.
 */
@AutoConfigureOrder(Ordered.HIGHEST_PRECEDENCE)
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
        })
@Conditional(MailerEnabled.class)
@EnableConfigurationProperties(MailerProperties.class)
@Import(NamedMailers.class)
@ImportRuntimeHints(MailerRuntimeHints.class)
public final class MailerAutoConfiguration {
    /** Called by Spring. */
    MailerAutoConfiguration() {}

    @Bean
    MailerFactory mailerFactory(ApplicationContext context, MailerProperties properties) {
        return new MailerFactory(context, properties);
    }

    /** Not lazy: there may be mail in the ledger. */
    @Bean(destroyMethod = "close")
    @Lazy(false)
    @ConditionalOnMissingBean(Mailer.class)
    MailerEngine mailer(MailerFactory factory) {
        return factory.open(MailerBuilderCustomizer.DEFAULT);
    }

    @Bean
    @Lazy(false)
    MailerLifecycle mailerLifecycle(ApplicationContext context) {
        return new MailerLifecycle(context);
    }

    @Bean
    EventForwarding mailEventForwarding(ApplicationContext context) {
        return new EventForwarding(context);
    }

    /** The development mailbox, where it is the way out. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MailboxPlugin.class)
    @Conditional(MailboxCondition.class)
    static class MailboxConfiguration {
        @Bean(name = MailboxCondition.BEAN, destroyMethod = "")
        @ConditionalOnMissingBean
        MailboxPlugin mailerMailbox(MailerProperties properties) {
            MailerProperties.Mailbox settings = properties.getMailbox();
            MailboxPlugin.Builder mailbox = MailboxPlugin.builder();
            set("mailbox.path", settings.path(), mailbox::path);
            if (settings.maxMessages() != null) {
                set("mailbox.maxMessages", settings.maxMessages(), mailbox::maxMessages);
            }
            return mailbox.build();
        }

        private static <T> void set(String option, T value, Consumer<T> setting) {
            try {
                setting.accept(value);
            } catch (IllegalArgumentException e) {
                throw new MailerConfigException(option, "is '" + value + "': " + e.getMessage(), e);
            }
        }
    }

    /** Tells mailers the end of the transactions that they have joined. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ConnectionHolder.class, ConfigurableTransactionManager.class})
    static class TransactionConfiguration {
        @Bean
        static CommitWatching mailerCommitWatching(
                ObjectProvider<MailerEngine> mailers,
                ObjectProvider<ConfigurableTransactionManager> managers,
                ConfigurableListableBeanFactory beans) {
            return new CommitWatching(mailers, managers, beans);
        }
    }
}
