// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Secret;
import org.jspecify.annotations.Nullable;

/** Gives secrets by name: environment, files, a vault. Asked whenever a secret is used, so rotation takes effect; must be fast and thread-safe. */
@FunctionalInterface
public interface SecretSource {
    /** The secret, or null when this source has none of that name. */
    @Nullable
    Secret find(String name);
}
