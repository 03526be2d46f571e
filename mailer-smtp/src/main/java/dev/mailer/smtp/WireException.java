// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** No complete, well-formed reply can be had from this connection any more. The message never quotes what we sent. */
final class WireException extends IOException {
    static final String TIMEOUT = "timeout";
    static final String LOST = "connection-lost";
    static final String REFUSED = "connection-refused";
    static final String UNREACHABLE = "unreachable";
    /** There is no such address here to connect from. */
    static final String SOURCE = "source-unusable";

    static final String PROTOCOL = "protocol-error";
    static final String TLS_FAILED = "tls-failed";
    static final String UNTRUSTED = "tls-untrusted";

    private static final long serialVersionUID = 1L;
    private final String reason;

    WireException(String reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    static WireException protocol(String message) {
        return new WireException(PROTOCOL, message, null);
    }

    /** What it means for the mails that were on their way in this phase. */
    Outcome outcome(Phase phase, String remote) {
        return Outcome.ofNoReply(phase, reason, String.valueOf(getMessage()), remote);
    }

    /** A stable word for {@link dev.mailer.api.Failure#reason()}. */
    String reason() {
        return reason;
    }
}
