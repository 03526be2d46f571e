// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

/** An evaluation ends here with an error, and why. */
final class SpfException extends Exception {
    private static final long serialVersionUID = 1L;
    private final SpfResult result;

    SpfException(SpfResult result, String reason) {
        super(reason, null, false, false);
        this.result = result;
    }

    static SpfException permanent(String reason) {
        return new SpfException(SpfResult.PERMERROR, reason);
    }

    SpfResult result() {
        return result;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
