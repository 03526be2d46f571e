// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import org.jspecify.annotations.Nullable;

/**
 * Stored data that cannot be read: it was altered, it was moved from where it was written, or the key it is encrypted with is not
 * here. Never an empty value in its place.
 */
public final class UnreadableException extends MailerException {
    private static final long serialVersionUID = 1L;

    private final boolean keyMissing;

    private UnreadableException(String message, boolean keyMissing, @Nullable Throwable cause) {
        super(message, cause);
        this.keyMissing = keyMissing;
    }

    /** It is not as it was written, or not where. */
    public static UnreadableException altered(String what, @Nullable Throwable cause) {
        return new UnreadableException(
                what + " cannot be decrypted: it was altered, moved from its row, or written with another key",
                false,
                cause);
    }

    /** It may be fine, and is read where the master key is configured. */
    public static UnreadableException keyMissing(String what, int version) {
        return new UnreadableException(
                what + " is encrypted with master key " + version
                        + ", which is not configured; add it to encryption.oldKeys",
                true,
                null);
    }

    /** True when another node, or this one with one more key, can read it. */
    public boolean isKeyMissing() {
        return keyMissing;
    }
}
