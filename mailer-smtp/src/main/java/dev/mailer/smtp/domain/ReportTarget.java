// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.api.Address;
import dev.mailer.api.InvalidEmailException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where reports go, as records name it. */
final class ReportTarget {
    private ReportTarget() {}

    /** The domain of {@code mailto:ADDRESS}, with or without the {@code !10m} of RFC 7489 §6.2; null when it is none. */
    static @Nullable String mailDomain(String uri) {
        String plain = uri.strip();
        if (!plain.toLowerCase(Locale.ROOT).startsWith("mailto:")) {
            return null;
        }
        String address = plain.substring("mailto:".length()).replaceFirst("![0-9]+[kmgtKMGT]?$", "");
        try {
            return Address.of(address.replace("%40", "@")).domain();
        } catch (InvalidEmailException e) {
            return null;
        }
    }
}
