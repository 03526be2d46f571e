// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.core.MailerEngine;
import dev.mailer.spring.actuate.MailerEndpoint;
import dev.mailer.spring.actuate.MailerHealthIndicator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.springframework.beans.factory.BeanFactory;
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
        HealthContributor mailerHealthIndicator(MailerEngine mailer, BeanFactory beans, MailerProperties properties) {
            Function<MailerEngine, HealthIndicator> health =
                    properties.getHealth().required()
                            ? MailerHealthIndicator::required
                            : MailerHealthIndicator::optional;
            return properties.getMailers().isEmpty()
                    ? health.apply(mailer)
                    : CompositeHealthContributor.fromMap(all(mailer, beans, properties), health);
        }
    }

    /** The endpoint {@code mailer}. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
    static class EndpointConfiguration {
        @Bean
        @ConditionalOnAvailableEndpoint
        @ConditionalOnMissingBean
        MailerEndpoint mailerEndpoint(MailerEngine mailer, BeanFactory beans, MailerProperties properties) {
            return new MailerEndpoint(all(mailer, beans, properties));
        }
    }

    /** The default one first. */
    private static Map<String, MailerEngine> all(MailerEngine mailer, BeanFactory beans, MailerProperties properties) {
        Map<String, MailerEngine> all = new LinkedHashMap<>();
        all.put(MailerBuilderCustomizer.DEFAULT, mailer);
        properties
                .getMailers()
                .keySet()
                .forEach(name -> all.put(name, beans.getBean(NamedMailers.bean(name), MailerEngine.class)));
        return all;
    }
}
