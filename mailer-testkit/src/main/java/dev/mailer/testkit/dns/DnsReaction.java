// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.dns;

import java.time.Duration;
import java.util.Objects;

/** What {@link ScriptedDnsServer} does in place of answering from its records. Immutable. */
public final class DnsReaction {
    enum Kind {
        RCODE,
        SILENCE,
        HANG_UP,
        TRUNCATE,
        TRUNCATE_EVERYWHERE,
        GARBAGE,
        SPOOF,
        REFERRAL,
        REFUSE_EDNS,
        DELAY
    }

    private final Kind kind;
    private final int rcode;
    private final Duration delay;

    private DnsReaction(Kind kind, int rcode, Duration delay) {
        this.kind = kind;
        this.rcode = rcode;
        this.delay = delay;
    }

    /** The server failed (2). */
    public static DnsReaction servfail() {
        return rcode(2);
    }

    /** The server does not answer this client (5). */
    public static DnsReaction refused() {
        return rcode(5);
    }

    /**
     * An empty answer with this code.
     *
     * @throws IllegalArgumentException the code is not 0 to 15
     */
    public static DnsReaction rcode(int code) {
        if (code < 0 || code > 15) {
            throw new IllegalArgumentException("response code " + code + " is not 0 to 15");
        }
        return new DnsReaction(Kind.RCODE, code, Duration.ZERO);
    }

    /** Nothing is said; a connection stays open. */
    public static DnsReaction silence() {
        return of(Kind.SILENCE);
    }

    /** Over UDP nothing is said; a connection is closed in the middle of an answer. */
    public static DnsReaction hangUp() {
        return of(Kind.HANG_UP);
    }

    /** Over UDP an empty answer that says it is truncated; over TCP the records. */
    public static DnsReaction truncate() {
        return of(Kind.TRUNCATE);
    }

    /** An empty answer that says it is truncated, over TCP too. */
    public static DnsReaction truncateEverywhere() {
        return of(Kind.TRUNCATE_EVERYWHERE);
    }

    /** Bytes that are no message. */
    public static DnsReaction garbage() {
        return of(Kind.GARBAGE);
    }

    /** Over UDP first a forged answer with another id, and one to another question, then the true one. */
    public static DnsReaction spoof() {
        return of(Kind.SPOOF);
    }

    /** The names of other servers, as from one that does not look further. */
    public static DnsReaction referral() {
        return of(Kind.REFERRAL);
    }

    /** FORMERR (1) to a question with EDNS, the records to one without. */
    public static DnsReaction refuseEdns() {
        return of(Kind.REFUSE_EDNS);
    }

    /** The records, but later. */
    public static DnsReaction delay(Duration delay) {
        return new DnsReaction(Kind.DELAY, 0, Objects.requireNonNull(delay, "delay"));
    }

    Kind kind() {
        return kind;
    }

    int rcode() {
        return rcode;
    }

    Duration delay() {
        return delay;
    }

    private static DnsReaction of(Kind kind) {
        return new DnsReaction(kind, 0, Duration.ZERO);
    }
}
