// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.test;

import dev.mailer.core.MailerEngine;
import dev.mailer.testkit.TestMailer;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/** Clears the {@link TestMailer} before each test, because a context serves many. */
final class ClearTestMailer implements TestExecutionListener {
    /** Called by Spring. */
    ClearTestMailer() {}

    @Override
    public void beforeTestMethod(TestContext test) {
        if (test.hasApplicationContext()) {
            ApplicationContext context = test.getApplicationContext();
            // with a mock in the place of the mailer there is nothing to clear
            context.getBeanProvider(MailerEngine.class)
                    .ifAvailable(
                            mailer -> context.getBeanProvider(TestMailer.class).ifAvailable(TestMailer::clear));
        }
    }
}
