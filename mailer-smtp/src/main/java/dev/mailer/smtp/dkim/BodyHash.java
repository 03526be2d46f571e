// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** The hash of a body in one form, up to a length where one is given. Not thread-safe. */
final class BodyHash {
    private final MessageDigest digest = Sha256.digest();
    private final CanonicalBody canonical;
    private final long limit;
    private long length;
    private byte @Nullable [] hash;

    /** @param limit octets of the canonical body that count (the tag {@code l=}); null for all */
    BodyHash(Canonicalization form, @Nullable Long limit) {
        this.limit = limit == null ? Long.MAX_VALUE : limit;
        this.canonical = new CanonicalBody(form, LineEnds.AS_RECEIVED, this::take);
    }

    private void take(byte[] octets, int offset, int count) {
        digest.update(octets, offset, (int) Math.max(0, Math.min(count, limit - length)));
        length += count;
    }

    void update(byte[] octets, int from, int to) {
        canonical.update(octets, from, to);
    }

    void finish() {
        canonical.finish();
        hash = digest.digest();
    }

    /** True when this is the hash, and the body has at least the octets that it is to be over. */
    boolean matches(byte[] expected) {
        return hash != null && (limit == Long.MAX_VALUE || length >= limit) && MessageDigest.isEqual(hash, expected);
    }
}
