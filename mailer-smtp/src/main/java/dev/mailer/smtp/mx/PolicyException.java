// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import org.jspecify.annotations.Nullable;

/** There is no policy to be had; the message says why, the result is what a report would say. */
public final class PolicyException extends Exception {
    private static final long serialVersionUID = 1L;

    private final TlsResult result;

    public PolicyException(TlsResult result, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.result = result;
    }

    public TlsResult result() {
        return result;
    }
}
