// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.time.Duration;
import java.util.List;

/**
 * What came of a question.
 *
 * @param records empty unless there are {@link Kind#RECORDS}
 * @param name the name that has the records, behind all aliases, in lower case without a dot at its end
 * @param authenticated validated by DNSSEC, the whole chain of aliases, by a resolver that is trusted
 * @param ttl how long the answer may be kept, within our bounds
 * @param reason of a failure, a stable word such as {@code dns-timeout}; empty for other kinds
 */
public record DnsAnswer<T>(
        Kind kind, List<T> records, String name, boolean authenticated, Duration ttl, String reason) {
    /** The kinds of answers (RFC 2308 §2). */
    public enum Kind {
        RECORDS,
        /** The name is there, but has nothing of this type. */
        NODATA,
        /** There is no such name. */
        NXDOMAIN,
        /** Nobody could say; later somebody may. */
        FAILED
    }

    public DnsAnswer {
        records = List.copyOf(records);
    }

    static <T> DnsAnswer<T> failed(String name, String reason, Duration ttl) {
        return new DnsAnswer<>(Kind.FAILED, List.of(), name, false, ttl, reason);
    }

    static <T> DnsAnswer<T> none(Kind kind, String name, boolean authenticated, Duration ttl) {
        return new DnsAnswer<>(kind, List.of(), name, authenticated, ttl, "");
    }

    public boolean isFailed() {
        return kind == Kind.FAILED;
    }
}
