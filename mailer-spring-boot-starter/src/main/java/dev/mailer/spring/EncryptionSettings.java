// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Personal data at rest: the properties {@code encryption.*}.
 *
 * @param key Master key as version:base64; what is new is encrypted with it.
 * @param oldKeys Master keys that stored data may still need.
 */
public record EncryptionSettings(
        @Nullable String key, @Nullable List<String> oldKeys) {
    /** Neither is shown. */
    @Override
    public String toString() {
        return "EncryptionSettings[***]";
    }
}
