// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.Experimental;
import java.time.Instant;
import java.util.List;

/**
 * The keys of the tokens in tracking, unsubscribe and bounce addresses, for their operator. The first is made when the first token is. Thread-safe;
 * each method throws {@link dev.mailer.api.MailerUnavailableException} when the store does not answer.
 */
@Experimental
public interface TokenKeys {
    /**
     * A key, without its secret.
     *
     * @param version from 1
     * @param validFrom mail that was accepted from then on gets tokens of this key, until the next one is valid; {@link Instant#EPOCH} for
     *     the first one
     * @param revoked its tokens do not verify any more
     */
    record Key(int version, Instant validFrom, boolean revoked) {}

    /** All that there ever were, in order of version. */
    List<Key> list();

    /**
     * Makes a new key. It is valid a minute from now, when every node has read it; mail that was accepted before keeps getting tokens of the
     * keys of its time, and all tokens go on to verify.
     */
    Key rotate();

    /**
     * Makes the tokens of a key worthless, on all nodes within 20 seconds: links in mail that was sent already lead nowhere then. Mail of its
     * time that is still to be sent gets tokens of the key before it or, where there is none, of the one behind it; so does an attempt that
     * follows one with the old token.
     *
     * @return false when there is no such key, or it was revoked before
     * @throws IllegalStateException no newer key is valid yet; rotate, wait a minute and revoke then
     */
    boolean revoke(int version);
}
