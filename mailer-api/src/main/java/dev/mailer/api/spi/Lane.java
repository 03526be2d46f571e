// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import java.util.Objects;

/** One stream of one tenant: what fairness is kept between. */
public record Lane(String tenant, String stream) {
    public Lane {
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(stream, "stream");
    }

    @Override
    public String toString() {
        return tenant + "/" + stream;
    }
}
