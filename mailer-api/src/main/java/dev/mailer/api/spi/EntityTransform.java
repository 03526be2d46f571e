// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Address;
import dev.mailer.api.Experimental;
import dev.mailer.api.MessageId;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts another MIME entity in the place of a mail's content, after it was composed and before it is signed with DKIM: S/MIME signs and
 * encrypts so. The header of the mail stays as it is, but for its {@code Content-} fields, which belong to the entity.
 *
 * <p>Registered by {@link PluginContext#transform} and called on sending threads, by many at once, on every attempt: once for each
 * submission, several transforms in the order of installation, each with what the one before it made. It may block for as long as
 * looking up a key takes. It must be a pure function of the mail and of what it was set up with, so that every attempt on every node
 * gives the same bytes. Whoever installed it closes what it holds.
 */
@Experimental
@FunctionalInterface
public interface EntityTransform {
    /**
     * The entity that is to be sent; null to leave the content as it is. Work that depends on the length of the content belongs into
     * {@link Entity#writeTo}.
     *
     * @throws RefusedException the mail must not be sent; it fails at once, with the reason of the exception
     * @throws IOException what is needed cannot be read now; the mail is put off. Any other exception fails it, with the reason
     *     {@code prepare-failed}
     */
    @Nullable
    Entity transform(Mail mail, Entity content) throws IOException;

    /** True when the result depends on the recipient, so that each gets a submission of its own. Constant. */
    default boolean perRecipient() {
        return false;
    }

    /** What the engine knows about the mail. Immutable. */
    interface Mail {
        MessageId messageId();

        String tenant();

        String stream();

        /** The deliveries these bytes are for; one only, when some transform or interceptor asks for it. */
        List<Recipient> recipients();

        /** The mailbox of the From field; null when it names none, or several. */
        @Nullable
        Address author();

        /** When the mail was accepted, or was to be sent if that is later, so that attempts do not differ. */
        Instant begin();
    }

    /** A MIME entity (RFC 2045 §2.4). Thread-safe. */
    interface Entity {
        /**
         * The value of its Content-Type, unfolded; {@code text/plain} where it has none. Of what the engine composed it has no
         * parameters.
         */
        String contentType();

        /**
         * True when it has bytes above 127. Such a mail goes only to hops that take 8-bit bodies (RFC 6152) and is never converted, so
         * a transform's own entity has none if it can.
         */
        boolean eightBit();

        /**
         * Writes its {@code Content-} fields, an empty line and its body, with CRLF line ends and one at the end. Called any number
         * of times, for the size, for the signature and for each hop, also at once; gives the same bytes each time. Neither closes
         * nor flushes the stream, and keeps no more of the content in memory than a buffer.
         *
         * @throws IOException the content cannot be read or the stream not written; the attempt fails and is made again. Any other
         *     exception counts as one
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /** A mail that must not be sent as it would be. */
    @Experimental
    final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String reason;

        /**
         * @param reason for the ledger, in small letters, digits and hyphens, such as {@code smime-no-certificate}
         * @param problem for people; without addresses, keys or content
         */
        public RefusedException(String reason, String problem) {
            super(Objects.requireNonNull(problem, "problem"));
            if (!reason.matches("[a-z0-9-]{1,64}")) {
                throw new IllegalArgumentException(
                        "a reason has 1 to 64 small letters, digits and hyphens, not \"" + reason + '"');
            }
            this.reason = reason;
        }

        public String reason() {
            return reason;
        }
    }
}
