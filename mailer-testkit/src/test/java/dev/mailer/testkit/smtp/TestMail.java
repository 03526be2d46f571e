// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.WireCapabilities;
import dev.mailer.testkit.SampleSubmission;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

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
        return with(mail, (method, arguments) -> method.equals("needsEightBit") ? true : null);
    }

    /** The same mail, with content that fails so when it is measured. */
    static Submission ofUnknownSize(Submission mail, RuntimeException failure) {
        return with(mail, (method, arguments) -> {
            if (method.equals("size")) {
                throw failure;
            }
            return null;
        });
    }

    /** The same mail, with a subject that is written in UTF-8 where that may be, and in ASCII elsewhere. */
    static Submission withSubjectAsWired(Submission mail) {
        return with(mail, (method, arguments) -> {
            if (!method.equals("writeTo")) {
                return method.equals("size") ? -1L : null;
            }
            boolean utf8 = ((WireCapabilities) arguments[1]).smtpUtf8();
            Bytes.utf8("Subject: " + (utf8 ? "Grüße" : "ascii") + "\r\n\r\n").writeTo((OutputStream) arguments[0]);
            return mail;
        });
    }

    /** What a method does otherwise; null when it does as usual. */
    private interface Change {
        @Nullable
        Object call(String method, Object[] arguments) throws IOException;
    }

    private static Submission with(Submission mail, Change change) {
        return (Submission) Proxy.newProxyInstance(
                Submission.class.getClassLoader(), new Class<?>[] {Submission.class}, (proxy, method, arguments) -> {
                    Object changed = change.call(method.getName(), arguments);
                    if (changed == null) {
                        return method.invoke(mail, arguments);
                    }
                    return method.getReturnType() == void.class ? null : changed;
                });
    }

    static SampleSubmission ofSize(int octets) {
        return of(("x".repeat(70) + "\r\n").repeat(octets / 72 + 1), "jo@example.org");
    }
}
