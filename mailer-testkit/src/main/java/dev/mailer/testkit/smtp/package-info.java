// SPDX-License-Identifier: Apache-2.0
/** An SMTP server inside the test that does what it is told, right or wrong; start at {@link dev.mailer.testkit.smtp.ScriptedSmtpServer}. */
@NullMarked
package dev.mailer.testkit.smtp;

import org.jspecify.annotations.NullMarked;
