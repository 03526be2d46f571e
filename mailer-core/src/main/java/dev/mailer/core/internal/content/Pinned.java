// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.content;

import dev.mailer.api.spi.ContentRef;
import org.jspecify.annotations.Nullable;

/**
 * The template version a mail renders with on every attempt.
 *
 * @param version the version at acceptance
 * @param sources where the sources of that version are stored; null when the template engine keeps them itself
 */
public record Pinned(String version, @Nullable ContentRef sources) {}
