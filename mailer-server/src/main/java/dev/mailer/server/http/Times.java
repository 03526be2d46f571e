// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as they stand in answers. */
final class Times {
    private static final DateTimeFormatter RESEND = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd HH:mm:ss.SSSSSS'+00'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Times() {}

    /** The form of Resend's {@code created_at}: {@code 2023-04-03 22:13:42.674981+00}. */
    static String resend(Instant at) {
        return RESEND.format(at);
    }

    /** For {@code Retry-After}: whole seconds, rounded up, at least one. */
    static String seconds(Duration wait) {
        return String.valueOf(Math.max(1, wait.plusMillis(999).toSeconds()));
    }
}
