// SPDX-License-Identifier: Apache-2.0
/** The form in which accepted mails are stored. */
@NullMarked
package dev.mailer.core.internal.content;

import org.jspecify.annotations.NullMarked;
