// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as they stand in requests and answers. */
final class Times {
    private static final DateTimeFormatter RESEND = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd HH:mm:ss.SSSSSS'+00'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** What {@link #parse} takes, for errors. */
    static final String FORM =
            "a time in ISO 8601 with an offset, such as 2026-08-05T11:52:01Z, in the years 1970 to 9999";

    private static final Instant FIRST = Instant.EPOCH;
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

    private Times() {}

    /** @throws DateTimeException it is not of that form */
    static Instant parse(String text) {
        Instant time = OffsetDateTime.parse(text).toInstant();
        if (time.isBefore(FIRST) || time.isAfter(LAST)) {
            throw new DateTimeException("outside of the years 1970 to 9999");
        }
        return time;
    }

    /** The form of Resend's {@code created_at}: {@code 2023-04-03 22:13:42.674981+00}. */
    static String resend(Instant at) {
        return RESEND.format(at);
    }

    /** For {@code Retry-After}: whole seconds, rounded up, at least one. */
    static String seconds(Duration wait) {
        return String.valueOf(Math.max(1, wait.plusMillis(999).toSeconds()));
    }
}
