// SPDX-License-Identifier: Apache-2.0
/** What an application types to send mail and to learn what became of it; start at {@link dev.mailer.api.Mailer} and {@link dev.mailer.api.Email}. */
@NullMarked
package dev.mailer.api;

import org.jspecify.annotations.NullMarked;
