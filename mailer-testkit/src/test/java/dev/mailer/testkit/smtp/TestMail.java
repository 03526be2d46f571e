// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Submission;
import dev.mailer.testkit.SampleSubmission;
import java.lang.reflect.Proxy;

/** Submissions whose octets the tests of SMTP know. */
final class TestMail {
    private TestMail() {}

    static SampleSubmission to(String... recipients) {
        return of("Subject: hello\r\n\r\nHello.\r\n", recipients);
    }

    static SampleSubmission of(String content, String... recipients) {
        return SampleSubmission.of(Bytes.utf8(content), recipients);
    }

    /** The same mail, with content that may not be recoded. */
    static Submission needingEightBit(Submission mail) {
        return (Submission) Proxy.newProxyInstance(
                Submission.class.getClassLoader(), new Class<?>[] {Submission.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("needsEightBit")) {
                        return true;
                    }
                    return method.invoke(mail, arguments);
                });
    }

    static SampleSubmission ofSize(int octets) {
        return of(("x".repeat(70) + "\r\n").repeat(octets / 72 + 1), "jo@example.org");
    }
}
