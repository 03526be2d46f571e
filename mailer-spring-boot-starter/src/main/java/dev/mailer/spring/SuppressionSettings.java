// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import org.jspecify.annotations.Nullable;

/**
 * Which outcomes put a recipient on the suppression list, and for how long: the properties {@code suppression.*}.
 *
 * @param bounces Somebody who bounced: forever, off, or a time such as 30d.
 * @param complaints Somebody who complained: forever, off, or a time such as 30d.
 */
public record SuppressionSettings(
        @Nullable String bounces, @Nullable String complaints) {}
