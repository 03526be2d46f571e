// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import java.time.LocalDate;
import java.util.Map;
import java.util.Objects;

/**
 * How TLS went with the mail hosts of one domain on one day, under one kind of policy, in the words of reports about that (RFC 8460
 * §4.3, §4.4). Numbers only. Immutable.
 *
 * @param day in UTC
 * @param domain of recipients
 * @param policy {@code tlsa}, {@code sts} or {@code no-policy-found}
 * @param successes sessions in which TLS came about as the policy wants
 * @param failures the other sessions, by result: {@code starttls-not-supported}, {@code certificate-expired} and so on
 */
@Experimental
public record TlsCount(LocalDate day, String domain, String policy, long successes, Map<String, Long> failures) {
    public TlsCount {
        Objects.requireNonNull(day, "day");
        Objects.requireNonNull(domain, "domain");
        Objects.requireNonNull(policy, "policy");
        failures = Map.copyOf(failures);
    }
}
