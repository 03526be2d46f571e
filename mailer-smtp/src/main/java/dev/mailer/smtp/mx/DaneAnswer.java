// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.util.List;

/**
 * What DANE has to say about a host.
 *
 * @param baseDomain the name whose records these are
 * @param records those that can be used; none unless {@link Kind#USABLE}
 * @param reason of a failure, a stable word; empty for other kinds
 */
public record DaneAnswer(Kind kind, String baseDomain, List<TlsaRecord> records, String reason) {
    /** What follows for a session with the host (RFC 7672 §2.2). */
    public enum Kind {
        /** Nothing: the zone is not signed, or there are no records. */
        NONE,
        /** TLS, and a certificate that the records fit. */
        USABLE,
        /** TLS, with whatever certificate: there are records, but none that we understand. */
        UNUSABLE,
        /** No session: records cannot be ruled out, as when somebody keeps them from us. */
        FAILED
    }

    public DaneAnswer {
        records = List.copyOf(records);
    }
}
