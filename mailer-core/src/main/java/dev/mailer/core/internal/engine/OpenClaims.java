// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The claims of one mail that have no settlement yet, so that whatever goes wrong with it knows what is left to settle. Thread-safe. */
final class OpenClaims {
    @GuardedBy("this")
    private final Map<Long, Claim> open = new LinkedHashMap<>();

    /** Deliveries that the transport was given leave to complete. */
    @GuardedBy("this")
    private final Set<Long> passed = new HashSet<>();

    private final long node;

    /** @param node the number under which this process claimed them */
    OpenClaims(List<Claim> claims, long node) {
        this.node = node;
        claims.forEach(c -> open.put(c.deliveryId(), c));
    }

    /** Whose claims they are: what is settled under another number does not count. */
    long node() {
        return node;
    }

    synchronized List<Claim> all() {
        return List.copyOf(open.values());
    }

    synchronized boolean isEmpty() {
        return open.isEmpty();
    }

    /** Those that a submission is for. */
    synchronized List<Claim> of(Submission submission) {
        List<Claim> claims = new ArrayList<>();
        for (Recipient r : submission.recipients()) {
            Claim claim = open.get(r.deliveryId());
            if (claim != null) {
                claims.add(claim);
            }
        }
        return claims;
    }

    /** Takes one out; null when it is not open. */
    synchronized @Nullable Claim take(long deliveryId) {
        return open.remove(deliveryId);
    }

    /** One that was taken and could not be settled. */
    synchronized void putBack(Claim claim) {
        open.put(claim.deliveryId(), claim);
    }

    /** The transport was given leave to complete these. */
    synchronized void complete(List<Claim> claims) {
        claims.forEach(c -> passed.add(c.deliveryId()));
    }

    /** True when this one may have been sent. */
    synchronized boolean mayBeSent(long deliveryId) {
        return passed.contains(deliveryId);
    }

    /** True when any of the mail may have been sent. */
    synchronized boolean mayBeSent() {
        return !passed.isEmpty();
    }
}
