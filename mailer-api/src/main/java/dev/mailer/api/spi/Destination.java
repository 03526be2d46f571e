// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import java.util.Objects;

/** Where a submission goes on the wire: the MX site of the recipients' domain, or the provider. The name identifies it in limits, circuits and meters. */
public record Destination(String name) {
    public Destination {
        Objects.requireNonNull(name, "name");
    }

    @Override
    public String toString() {
        return name;
    }
}
