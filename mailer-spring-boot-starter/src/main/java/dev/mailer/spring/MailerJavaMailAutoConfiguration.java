// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.Mailer;
import dev.mailer.spring.javamail.OutboxMailSender;
import jakarta.mail.internet.MimeMessage;
import java.util.Properties;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.mail.MailSender;
import org.springframework.mail.javamail.JavaMailSender;

/** Gives code that has a JavaMailSender one that puts its mail on the outbox, in place of Boot's own. */
@AutoConfiguration(
        after = MailerAutoConfiguration.class,
        beforeName = "org.springframework.boot.mail.autoconfigure.MailSenderAutoConfiguration")
@ConditionalOnClass({JavaMailSender.class, MimeMessage.class})
@ConditionalOnBooleanProperty(name = "mailer.java-mail-sender")
@ConditionalOnBean(Mailer.class)
public final class MailerJavaMailAutoConfiguration {
    /** Called by Spring. */
    MailerJavaMailAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(MailSender.class)
    JavaMailSender mailSender(Mailer mailer, Environment environment) {
        OutboxMailSender sender = new OutboxMailSender(mailer);
        sender.setDefaultEncoding(environment.getProperty("spring.mail.default-encoding", "UTF-8"));
        Properties session = new Properties();
        Binder.get(environment)
                .bind("spring.mail.properties", Bindable.mapOf(String.class, String.class))
                .ifBound(session::putAll);
        sender.setJavaMailProperties(session);
        return sender;
    }

    /** Looked at before the bean above is there: the application, or this context of it, has a sender of its own. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBean(value = MailSender.class, search = SearchStrategy.CURRENT)
    static class OwnSenderConfiguration {
        @Bean
        @Lazy(false)
        DirectSenders mailerDirectSenders(ApplicationContext context) {
            return new DirectSenders(context);
        }
    }
}
