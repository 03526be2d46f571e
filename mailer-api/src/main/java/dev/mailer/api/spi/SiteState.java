// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a transport gets on with the place that it sends to, or one of them, at one moment. Immutable.
 *
 * @param transport its name
 * @param site the mail hosts of one or more domains, or the server of all
 * @param connections that carry a mail now, or are being opened for one
 * @param resting open connections that wait for the next mail
 * @param most connections, of both kinds, that are allowed now
 * @param suspendedUntil nothing is sent before; null when it is not suspended
 * @param loweredUntil {@code most} is lower than usual until then; null when it is not
 * @param rule that suspended or lowered it last, as it was written; empty when neither holds
 * @param reply of a server that the rule was applied to, without the addresses of its mail; empty when neither holds
 */
@Experimental
public record SiteState(
        String transport,
        String site,
        int connections,
        int resting,
        int most,
        @Nullable Instant suspendedUntil,
        @Nullable Instant loweredUntil,
        String rule,
        String reply) {
    public SiteState {
        Objects.requireNonNull(transport, "transport");
        Objects.requireNonNull(site, "site");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(reply, "reply");
    }
}
