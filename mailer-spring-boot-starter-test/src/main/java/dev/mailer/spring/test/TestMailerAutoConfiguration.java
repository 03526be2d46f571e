// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.test;

import dev.mailer.core.MailerEngine;
import dev.mailer.spring.MailerAutoConfiguration;
import dev.mailer.spring.test.MailerSubstitutesAutoConfiguration.Substitutes;
import dev.mailer.testkit.TestMailer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/** Shows the mailbox and the clock as a {@link TestMailer}, where the application has a mailer. */
@AutoConfiguration(after = MailerAutoConfiguration.class)
@ConditionalOnBean(MailerEngine.class)
final class TestMailerAutoConfiguration {
    /** The mailer is closed by the one who made it. */
    @Bean(destroyMethod = "")
    @Lazy
    @ConditionalOnMissingBean
    TestMailer testMailer(ObjectProvider<MailerEngine> mailer, Substitutes substitutes) {
        MailerEngine engine = mailer.getIfAvailable();
        if (engine == null) {
            throw new IllegalStateException(
                    "no TestMailer: the mailer of this test is a mock; verify what was called on that, or do without it");
        }
        return TestMailer.of(engine, substitutes.mailbox(), substitutes.clock());
    }
}
