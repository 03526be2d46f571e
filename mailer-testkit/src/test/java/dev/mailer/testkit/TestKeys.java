// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.core.EncryptionKeys;

/** Master keys for tests. */
public final class TestKeys {
    public static final String FIRST = EncryptionKeys.generate(1).reveal();
    public static final String SECOND = EncryptionKeys.generate(2).reveal();

    private TestKeys() {}

    /** One key, version 1. */
    public static EncryptionKeys one() {
        return EncryptionKeys.of(FIRST);
    }

    /** Version 2 is current, version 1 is known. */
    public static EncryptionKeys rotated() {
        return EncryptionKeys.of(SECOND, FIRST);
    }
}
