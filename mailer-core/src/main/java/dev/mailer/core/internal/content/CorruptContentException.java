// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.content;

import org.jspecify.annotations.Nullable;

/** The stored form of a mail is damaged. */
public final class CorruptContentException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    CorruptContentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
