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

    /**
     * True when the result for this mail depends on the recipient, so that each gets a submission of its own. Asked just before {@link #edit}
     * where a draft is for several, and must not change it; where it is true, {@code edit} gets drafts for one. By default false.
     */
    default boolean perRecipient(Draft draft) {
        return false;
    }

    /**
     * True when most mail of a tenant's stream is so. Its recipients go apart from the beginning then; a single mail of which only {@link
     * #perRecipient} tells is begun for all of them and given back for the others, which takes a number of their attempts. Constant; by default false.
     */
    default boolean usuallyPerRecipient(String tenant, String stream) {
        return false;
    }
}
