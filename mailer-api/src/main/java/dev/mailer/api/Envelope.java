// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** SMTP sender and recipients, apart from the headers (RFC 5321 §2.3.1). A null sender is the empty reverse-path {@code <>}. */
public record Envelope(@Nullable Address sender, List<Address> recipients) {
    public Envelope {
        recipients = List.copyOf(Objects.requireNonNull(recipients, "recipients"));
    }
}
