// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import dev.mailer.api.spi.Bytes;

/** A certificate association, as it stands in DNS, good or bad (RFC 6698 §2.1). */
public record TlsaRecord(int usage, int selector, int matching, Bytes association) {
    @Override
    public String toString() {
        return usage + " " + selector + " " + matching + " " + association.toHex();
    }
}
