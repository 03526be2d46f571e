// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.test;

import dev.mailer.testkit.TestMailer;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/** Empties the mailbox before each test, because a context serves many. */
final class ClearTestMailer implements TestExecutionListener {
    /** Called by Spring. */
    ClearTestMailer() {}

    @Override
    public void beforeTestMethod(TestContext test) {
        if (test.hasApplicationContext()) {
            test.getApplicationContext().getBeanProvider(TestMailer.class).ifAvailable(TestMailer::clear);
        }
    }
}
