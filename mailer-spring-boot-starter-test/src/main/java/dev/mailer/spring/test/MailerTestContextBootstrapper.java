// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.test;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;

/** Reads the properties of {@link MailerTest}. */
final class MailerTestContextBootstrapper extends TestSliceTestContextBootstrapper<MailerTest> {
    /** Called by Spring. */
    MailerTestContextBootstrapper() {}
}
