// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

/** A signature cannot be good, and why. */
final class VerificationException extends Exception {
    private static final long serialVersionUID = 1L;
    private final DkimStatus status;

    VerificationException(DkimStatus status, String reason) {
        super(reason, null, false, false);
        this.status = status;
    }

    DkimStatus status() {
        return status;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
