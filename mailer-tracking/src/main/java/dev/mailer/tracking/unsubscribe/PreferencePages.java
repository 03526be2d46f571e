// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import dev.mailer.api.Experimental;

/**
 * Draws the pages on which recipients unsubscribe and choose. The mailer has pages of its own, which a {@link PageTheme} changes; a host that
 * wants others implements this. Called on the host's threads, several at a time; must not block. What it throws is the host's to answer;
 * what the recipient chose is stored all the same.
 */
@Experimental
@FunctionalInterface
public interface PreferencePages {
    /** A page for a view. Asked for each request. */
    Page page(PreferenceView view);

    /**
     * A page.
     *
     * @param html all of it; it must work without scripts, and change something by a form with the method {@code post} alone
     * @param styles what may style it, as sources of a Content-Security-Policy, such as {@code 'self'} or a hash; {@code 'none'} for nothing
     * @param images whose pictures it shows, as such sources
     */
    record Page(String html, String styles, String images) {
        public Page {
            requireSources(styles);
            requireSources(images);
        }

        private static void requireSources(String sources) {
            if (!sources.matches("[\\x21-\\x2B\\x2D-\\x3A\\x3C-\\x7E]+( [\\x21-\\x2B\\x2D-\\x3A\\x3C-\\x7E]+)*")) {
                throw new IllegalArgumentException(
                        "'" + sources + "' is no list of sources of a Content-Security-Policy");
            }
        }
    }
}
