// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.content;

import dev.mailer.api.Email;
import org.jspecify.annotations.Nullable;

/** A mail as it was accepted; a template is at its pinned version. */
public record DecodedEmail(Email email, @Nullable Pinned pinned) {}
