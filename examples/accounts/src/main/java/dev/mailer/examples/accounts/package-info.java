// SPDX-License-Identifier: Apache-2.0
/** User accounts and the mails that belong to them. */
@NullMarked
package dev.mailer.examples.accounts;

import org.jspecify.annotations.NullMarked;
