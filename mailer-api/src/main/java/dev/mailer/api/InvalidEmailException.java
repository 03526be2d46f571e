// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import org.jspecify.annotations.Nullable;

/** A mail, address or query breaks a rule that its author can mend; thrown before any I/O. */
public final class InvalidEmailException extends MailerException {
    private static final long serialVersionUID = 1L;
    private final String field;

    public InvalidEmailException(String field, String problem) {
        this(field, problem, null);
    }

    public InvalidEmailException(String field, String problem, @Nullable Throwable cause) {
        super(field + ": " + problem, cause);
        this.field = field;
    }

    /** The field at fault, as its builder method names it: {@code to}, {@code subject}, {@code header}. */
    public String field() {
        return field;
    }
}
