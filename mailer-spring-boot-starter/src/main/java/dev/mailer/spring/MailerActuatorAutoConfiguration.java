// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.core.MailerEngine;
import dev.mailer.spring.actuate.MailerEndpoint;
import dev.mailer.spring.actuate.MailerHealthIndicator;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Shows the default mailer to the actuator. */
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
        MailerHealthIndicator mailerHealthIndicator(MailerEngine mailer, MailerProperties properties) {
            return properties.getHealth().required()
                    ? MailerHealthIndicator.required(mailer)
                    : MailerHealthIndicator.optional(mailer);
        }
    }

    /** The endpoint {@code mailer}. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
    static class EndpointConfiguration {
        @Bean
        @ConditionalOnAvailableEndpoint
        @ConditionalOnMissingBean
        MailerEndpoint mailerEndpoint(MailerEngine mailer) {
            return new MailerEndpoint(mailer);
        }
    }
}
