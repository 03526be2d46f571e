// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Turns MJML into HTML, for templates that have an {@code html.mjml}. {@link java.util.ServiceLoader} finds it once per mailer; it does
 * nothing until such a template is there. There may be one.
 *
 * <p>Called on the thread that renders, when a mail is accepted and on every attempt to send it, so it takes milliseconds at most, reads no
 * file and asks nobody. Thread-safe. The same document always gives the same HTML, on every node. Nobody closes it.
 */
@Experimental
public interface MjmlCompiler {
    /**
     * Compiles one document.
     *
     * @param document with all values in it, which are escaped as for HTML and stay so
     * @param locale the mail's; null when it has none
     */
    String toHtml(String document, @Nullable Locale locale) throws InvalidMjmlException;

    /** A document is no MJML, or asks for what this compiler does not do. The message says so, and what to do. */
    final class InvalidMjmlException extends Exception {
        private static final long serialVersionUID = 1L;
        private final int line;

        /** @param line of the document, from 1; 0 when it is not known */
        public InvalidMjmlException(int line, String message) {
            super(message);
            this.line = line;
        }

        public InvalidMjmlException(int line, String message, Throwable cause) {
            super(message, cause);
            this.line = line;
        }

        public int line() {
            return line;
        }
    }
}
