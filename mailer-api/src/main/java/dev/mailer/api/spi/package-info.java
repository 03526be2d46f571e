// SPDX-License-Identifier: Apache-2.0
/** What a plugin author implements: ways out, ways in, state, secrets; start at {@link dev.mailer.api.spi.MailerPlugin} and {@link dev.mailer.api.spi.Transport}. */
@NullMarked
package dev.mailer.api.spi;

import org.jspecify.annotations.NullMarked;
