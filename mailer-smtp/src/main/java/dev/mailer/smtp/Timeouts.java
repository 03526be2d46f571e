// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.time.Duration;

/**
 * How long each step may take, each on the monotonic clock.
 *
 * @param connect for the TCP connection, per address
 * @param tls for a whole TLS handshake
 * @param read for a whole reply, however it trickles in
 * @param write for one block to be taken by the peer
 * @param dot for the whole reply to the final dot; giving up there leaves the outcome open
 * @param total for all of a submission up to the final dot
 */
record Timeouts(Duration connect, Duration tls, Duration read, Duration write, Duration dot, Duration total) {
    /** RFC 5321 §4.5.3.2: 5 minutes a reply, 3 minutes a block, 10 minutes after the dot. */
    static final Timeouts DEFAULT = new Timeouts(
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ofMinutes(3),
            Duration.ofMinutes(10),
            Duration.ofMinutes(30));
    /** The longest {@link #courtesy}. */
    static final Duration MOST_COURTESY = Duration.ofSeconds(2);

    /** What we wait for where the reply no longer matters, as to QUIT. */
    Duration courtesy() {
        return read.compareTo(MOST_COURTESY) < 0 ? read : MOST_COURTESY;
    }

    static Timeouts of(OptionReader options) {
        return new Timeouts(
                options.duration("connectTimeout", DEFAULT.connect()),
                options.duration("tlsTimeout", DEFAULT.tls()),
                options.duration("readTimeout", DEFAULT.read()),
                options.duration("writeTimeout", DEFAULT.write()),
                options.duration("dotTimeout", DEFAULT.dot()),
                options.duration("totalTimeout", DEFAULT.total()));
    }
}
