// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;

/**
 * Edits each mail before it is composed and signed: tracking, list headers, footers. Runs on a sending thread, on every
 * attempt, in the order of installation, outermost first; must be a pure function of the draft, so that every attempt on
 * every node gives the same bytes. An exception fails the delivery, with the reason {@code unprepared} where it
 * is an {@code InvalidEmailException} and {@code prepare-failed} otherwise.
 */
@Experimental
@FunctionalInterface
public interface SendInterceptor {
    void edit(Draft draft);

    /** True when the result depends on the recipient, so that each gets a submission of its own. Constant. */
    default boolean perRecipient() {
        return false;
    }
}
