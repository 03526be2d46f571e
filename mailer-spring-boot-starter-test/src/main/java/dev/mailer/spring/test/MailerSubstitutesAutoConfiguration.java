// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.test;

import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.mailbox.MailboxPlugin;
import dev.mailer.spring.MailerAutoConfiguration;
import dev.mailer.spring.MailerSubstitutes;
import dev.mailer.testkit.TestClock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Puts a mailbox and a clock in the place of network and time. */
@AutoConfiguration(before = MailerAutoConfiguration.class)
final class MailerSubstitutesAutoConfiguration {
    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    MailboxPlugin testMailbox() {
        return MailboxPlugin.create();
    }

    @Bean
    Substitutes testMailerSubstitutes(MailboxPlugin mailbox) {
        return new Substitutes(mailbox, TestClock.now());
    }

    @Bean
    static OnlySubstituted onlySubstitutedMailers() {
        return new OnlySubstituted();
    }

    /** The clock is no bean of its own: applications have theirs. */
    record Substitutes(MailboxPlugin mailbox, TestClock clock) implements MailerSubstitutes {
        @Override
        public String transport() {
            return MailboxPlugin.SCHEME + ":";
        }

        @Override
        public MailerPlugin plugin() {
            return mailbox;
        }
    }
}
