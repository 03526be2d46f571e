// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.api.Experimental;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was seen of a domain.
 *
 * @param text what is good or wrong about it
 * @param published what is published, quoted, in printable ASCII and at most {@value #MAX_PUBLISHED} characters; empty when there
 *     is nothing to quote
 * @param advice what to do; null when nothing needs to be done
 * @param record what to publish; null when no record helps, or it cannot be told which
 */
@Experimental
public record DomainFinding(
        Subject subject,
        Level level,
        String text,
        String published,
        @Nullable String advice,
        @Nullable DnsRecord record) {
    /** Most characters of what is quoted: {@value}. */
    public static final int MAX_PUBLISHED = 500;

    /** What a finding is about; there may be more in later versions. */
    @Experimental
    public enum Subject {
        SPF("SPF"),
        DKIM("DKIM"),
        DMARC("DMARC"),
        MX("MX"),
        PTR("PTR"),
        MTA_STS("MTA-STS"),
        TLS_RPT("TLS-RPT"),
        UNSUBSCRIBE("unsubscribe");

        private final String title;

        Subject(String title) {
            this.title = title;
        }

        /** As people write it. */
        public String title() {
            return title;
        }
    }

    /** How bad it is. */
    @Experimental
    public enum Level {
        OK,
        /** It works; something could be better. */
        ADVICE,
        /** It works, and costs trust or will not go on to work. */
        WARNING,
        /** Mail is refused, filed as spam, or lost because of it. */
        PROBLEM,
        /** Nobody could say: a name server or a web server did not answer, or too much had to be asked. */
        UNKNOWN
    }
}
