// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.content;

/** The stored form of a mail is sound, but this node cannot read it: another version or another key can. */
public final class UnreadableHereException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public UnreadableHereException(String message) {
        super(message);
    }
}
