// SPDX-License-Identifier: Apache-2.0
/** The development mailbox: a transport that keeps mail instead of sending it, and pages to read it. */
@NullMarked
package dev.mailer.mailbox;

import org.jspecify.annotations.NullMarked;
