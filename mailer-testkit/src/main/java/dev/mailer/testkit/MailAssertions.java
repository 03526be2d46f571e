// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.mailbox.MailboxMessage;

/** Assertions on mail, for a static import beside those of AssertJ. */
public final class MailAssertions {
    private MailAssertions() {}

    /** On what a mailer has sent; waits for what is due. */
    public static TestMailerAssert assertThat(TestMailer mail) {
        return new TestMailerAssert(mail);
    }

    /** On one mail that arrived. */
    public static MailAssert assertThat(MailboxMessage mail) {
        return new MailAssert(mail);
    }
}
