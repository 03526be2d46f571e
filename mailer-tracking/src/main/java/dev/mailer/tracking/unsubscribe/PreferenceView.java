// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import dev.mailer.api.Experimental;
import java.util.List;

/**
 * What a page shows. All text in it may come from others: escape it.
 *
 * @param tenant whose recipient it is for; empty where that is not known
 * @param languages what the recipient reads, the best first, in lower case: {@code pt-br}; may be empty
 * @param address the recipient's, masked: {@code j…@example.org}; empty where it is not known
 * @param choices the stream of the mail alone ({@link Kind#UNSUBSCRIBE}), or those to choose ({@link Kind#PREFERENCES})
 * @param link the other of the two pages, as a relative address; empty where there is none
 */
@Experimental
public record PreferenceView(
        Kind kind,
        Done done,
        String tenant,
        List<String> languages,
        String address,
        List<Choice> choices,
        String link) {
    public PreferenceView {
        languages = List.copyOf(languages);
        choices = List.copyOf(choices);
    }

    /** Which page it is. */
    public enum Kind {
        /** About one stream: a form that posts {@code action} with {@code unsubscribe} or {@code subscribe} to the page's own address. */
        UNSUBSCRIBE,
        /**
         * About all streams: a form that posts to the page's own address. With {@code action} as {@code save} it has {@code shown} with each
         * stream that could be chosen, and {@code stream} with each that was; with {@code none} it ends those shown.
         */
        PREFERENCES,
        /** The link is none of ours (404). */
        NOT_FOUND,
        /** The choice cannot be read or stored now (503). */
        UNAVAILABLE
    }

    /** What the request has changed; it is committed. */
    public enum Done {
        NOTHING,
        UNSUBSCRIBED,
        SUBSCRIBED,
        SAVED
    }

    /** What a recipient has chosen for a stream. */
    public enum State {
        SUBSCRIBED,
        UNSUBSCRIBED
    }

    /**
     * A stream to choose.
     *
     * @param title what it is called for people
     * @param isBlocked nothing is sent there, whatever is chosen: the address is on the list for a reason that is not the recipient's to
     *     take back
     */
    public record Choice(String stream, String title, State state, boolean isBlocked) {}
}
