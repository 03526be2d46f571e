// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import dev.mailer.api.Experimental;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What was found out about one signature. Immutable. What the signature says is as it says it: hostile where the mail is. */
@Experimental
public final class DkimResult {
    private final DkimStatus status;
    private final String reason;
    private final @Nullable SignatureField signature;
    private final int keyBits;
    private final boolean testing;

    DkimResult(DkimStatus status, String reason, @Nullable SignatureField signature, @Nullable KeyRecord record) {
        this.status = status;
        this.reason = reason;
        this.signature = signature;
        this.keyBits = record == null ? 0 : record.bits();
        this.testing = record != null && record.isTesting();
    }

    public DkimStatus status() {
        return status;
    }

    /** Why it is so; empty when it passed. */
    public String reason() {
        return reason;
    }

    /** Who signed ({@code d=}), in lower case; null where the signature is malformed. */
    public @Nullable String domain() {
        return signature == null ? null : signature.domain();
    }

    /** Which key ({@code s=}); null where the signature is malformed. */
    public @Nullable String selector() {
        return signature == null ? null : signature.selector();
    }

    /** On whose behalf ({@code i=}), {@code @} and the domain by default; null where the signature is malformed. */
    public @Nullable String identity() {
        return signature == null ? null : signature.identity();
    }

    /** The algorithm ({@code a=}); null where the signature is malformed. */
    public @Nullable String algorithm() {
        return signature == null ? null : signature.algorithmTag();
    }

    /** The names of the signed fields ({@code h=}), in lower case; empty where the signature is malformed. */
    public List<String> signedFields() {
        return signature == null ? List.of() : signature.fields();
    }

    /**
     * How much of the body is signed ({@code l=}), in canonical octets: whatever follows them is not, and anybody may have added it.
     * Null when all of it is.
     */
    public @Nullable Long signedBodyLength() {
        return signature == null ? null : signature.bodyLength();
    }

    /** When it was signed ({@code t=}), as the signer says; null when it does not. */
    public @Nullable Instant signedAt() {
        return signature == null || signature.signedAt() == null
                ? null
                : Instant.ofEpochSecond(Objects.requireNonNull(signature.signedAt()));
    }

    /** Bits of the key; 0 where there is none. */
    public int keyBits() {
        return keyBits;
    }

    /** True when the key's record has the flag {@code y}: the domain only tries DKIM out. */
    public boolean isTesting() {
        return testing;
    }

    /** Status, algorithm, domain, selector and reason. */
    @Override
    public String toString() {
        return status
                + (signature == null ? "" : " (" + algorithm() + ", d=" + domain() + ", s=" + selector() + ")")
                + (reason.isEmpty() ? "" : ": " + reason);
    }
}
