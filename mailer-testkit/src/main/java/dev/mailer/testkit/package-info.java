// SPDX-License-Identifier: Apache-2.0
/** What tests of applications and plugins need: an in-memory mailbox, assertions and contract suites. */
@NullMarked
package dev.mailer.testkit;

import org.jspecify.annotations.NullMarked;
