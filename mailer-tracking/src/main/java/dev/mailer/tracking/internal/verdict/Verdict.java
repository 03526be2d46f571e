// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.internal.verdict;

import java.util.Locale;

/**
 * Who it was, as far as the rules tell.
 *
 * @param reason the rule that said so
 */
public record Verdict(Kind kind, String reason) {
    /** The version of the rules; higher with every change of them or of the list of user agents. */
    public static final String RULES = "1";

    /** Kinds of callers. */
    public enum Kind {
        /** None of the rules speaks against a person. */
        HUMAN,
        /** A server of the mail provider, which may fetch images without anybody reading. */
        PROXY,
        /** A browser or a mail program that looks ahead. */
        PREFETCH,
        /** A scanner or a crawler. */
        BOT,
        /** Nothing is known of the caller. */
        UNKNOWN;

        /** As events have it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
