// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.core.MailerEngine;
import dev.mailer.spring.actuate.MailerEndpoint;
import dev.mailer.spring.actuate.MailerHealthIndicator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Shows the mailers to the actuator. */
@AutoConfiguration(after = MailerAutoConfiguration.class)
@ConditionalOnBean(MailerEngine.class)
public final class MailerActuatorAutoConfiguration {
    /** Called by Spring. */
    MailerActuatorAutoConfiguration() {}

    /** Health. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
    static class HealthConfiguration {
        @Bean
        @ConditionalOnEnabledHealthIndicator("mailer")
        @ConditionalOnMissingBean(name = "mailerHealthIndicator")
        HealthContributor mailerHealthIndicator(
                ObjectProvider<MailerEngine> mailer, BeanFactory beans, MailerProperties properties) {
            Function<MailerEngine, HealthIndicator> health =
                    properties.getHealth().required()
                            ? MailerHealthIndicator::required
                            : MailerHealthIndicator::optional;
            Map<String, MailerEngine> all = all(mailer, beans, properties);
            MailerEngine only = properties.getMailers().isEmpty() ? all.get(MailerBuilderCustomizer.DEFAULT) : null;
            return only == null ? CompositeHealthContributor.fromMap(all, health) : health.apply(only);
        }
    }

    /** The endpoint {@code mailer}. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
    static class EndpointConfiguration {
        @Bean
        @ConditionalOnAvailableEndpoint
        @ConditionalOnMissingBean
        MailerEndpoint mailerEndpoint(
                ObjectProvider<MailerEngine> mailer, BeanFactory beans, MailerProperties properties) {
            return new MailerEndpoint(all(mailer, beans, properties));
        }
    }

    /** The default one first; without those that are mocks, as a test may have in the place of each. */
    private static Map<String, MailerEngine> all(
            ObjectProvider<MailerEngine> mailer, BeanFactory beans, MailerProperties properties) {
        Map<String, MailerEngine> all = new LinkedHashMap<>();
        mailer.ifAvailable(one -> all.put(MailerBuilderCustomizer.DEFAULT, one));
        for (String name : properties.getMailers().keySet()) {
            if (beans.getBean(NamedMailers.bean(name)) instanceof MailerEngine one) {
                all.put(name, one);
            }
        }
        return all;
    }
}
