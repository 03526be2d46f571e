// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Our side of one login (RFC 4422 §3): texts before they are encoded. Used once, by one thread. */
interface SaslExchange {
    /** What is said before the server asks; null when it has to ask first. */
    @Nullable
    String initial();

    /**
     * What is said to a challenge, whose octets are characters here.
     *
     * @throws WireException the challenge is none of this mechanism, or the server does not know the password
     */
    String answer(String challenge) throws WireException;

    /** True when the server may be believed that it lets us in; mechanisms that prove nothing about the server say yes. */
    default boolean isConvinced() {
        return true;
    }

    /** All in one message; {@code further} is what a server gets that tells more about why it refuses. */
    static SaslExchange saying(String message, String further) {
        return new SaslExchange() {
            @Override
            public String initial() {
                return message;
            }

            @Override
            public String answer(String challenge) {
                return further;
            }
        };
    }

    /** One message for each question, whatever that is. */
    static SaslExchange answering(List<String> messages) {
        Queue<String> left = new ArrayDeque<>(messages);
        return new SaslExchange() {
            @Override
            public @Nullable String initial() {
                return null;
            }

            @Override
            public String answer(String challenge) throws WireException {
                String next = left.poll();
                if (next == null) {
                    throw WireException.protocol("the server asks for more than user and password");
                }
                return next;
            }
        };
    }
}
