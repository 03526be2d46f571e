// SPDX-License-Identifier: Apache-2.0
/** The annotation processor for {@link dev.mailer.api.MailTemplate}. */
@NullMarked
package dev.mailer.processor;

import org.jspecify.annotations.NullMarked;
