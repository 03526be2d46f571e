// SPDX-License-Identifier: Apache-2.0
/** Reads stored mail for people to look at: hostile input gives a note instead of an exception. */
@NullMarked
package dev.mailer.mailbox.mime;

import org.jspecify.annotations.NullMarked;
