// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.test;

import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.core.MailerEngine;
import dev.mailer.mailbox.MailboxPlugin;
import dev.mailer.spring.MailerAutoConfiguration;
import dev.mailer.spring.MailerSubstitutes;
import dev.mailer.testkit.TestClock;
import dev.mailer.testkit.TestMailer;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/** Puts a mailbox and a clock in the place of network and time, and shows them as a {@link TestMailer}. */
@AutoConfiguration(before = MailerAutoConfiguration.class)
final class TestMailerAutoConfiguration {
    @Bean(destroyMethod = "")
    MailboxPlugin testMailbox() {
        return MailboxPlugin.create();
    }

    @Bean
    Substitutes testMailerSubstitutes(MailboxPlugin mailbox) {
        return new Substitutes(mailbox, TestClock.now());
    }

    /** The mailer is closed by the one who made it. */
    @Bean(destroyMethod = "")
    TestMailer testMailer(MailerEngine mailer, Substitutes substitutes) {
        return TestMailer.of(mailer, substitutes.mailbox, substitutes.clock);
    }

    /** The clock is no bean of its own: applications have theirs. */
    static final class Substitutes implements MailerSubstitutes {
        private final MailboxPlugin mailbox;
        private final TestClock clock;

        Substitutes(MailboxPlugin mailbox, TestClock clock) {
            this.mailbox = mailbox;
            this.clock = clock;
        }

        @Override
        public String transport() {
            return MailboxPlugin.SCHEME + ":";
        }

        @Override
        public MailerPlugin plugin() {
            return mailbox;
        }

        @Override
        public InstantSource clock() {
            return clock;
        }
    }
}
