// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.core.internal.crypto.MasterKeys;
import java.util.List;
import java.util.Objects;

/**
 * The master keys that protect personal data at rest, each {@code version:base64} with a version from 1 and 32 random bytes. Immutable;
 * prints neither.
 *
 * @param current wraps what is new
 * @param old keys that stored data may still need; a key that is to come is known this way, too, while nodes are restarted one by one
 */
public record EncryptionKeys(Secret current, List<Secret> old) {
    /** @throws MailerConfigException a key has another form, or two have the same version */
    public EncryptionKeys {
        Objects.requireNonNull(current, "current");
        old = List.copyOf(old);
        MasterKeys.read(current, old);
    }

    /** One key, as {@link #generate} makes it. */
    public static EncryptionKeys of(String current, String... old) {
        return new EncryptionKeys(
                Secret.of(current), java.util.Arrays.stream(old).map(Secret::of).toList());
    }

    /** A new random key. Keep it apart from the database and its backups: without it, nothing can be read. */
    public static Secret generate(int version) {
        return MasterKeys.generate(version);
    }
}
