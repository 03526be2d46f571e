// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mjml;

import ch.digitalfondue.mjml4j.Mjml4j;
import dev.mailer.api.spi.MjmlCompiler;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * MJML by mjml4j. That takes whatever it is given for MJML, so a document is looked through first; and it knows two elements that come out
 * differently each time, which are refused. Includes nothing. Thread-safe.
 */
public final class Mjml4jCompiler implements MjmlCompiler {
    @Override
    public String toHtml(String document, @Nullable Locale locale) throws InvalidMjmlException {
        new MjmlReader(document).check();
        String language = locale == null ? "und" : locale.toLanguageTag();
        try {
            return Mjml4j.render(document, new Mjml4j.Configuration(language));
        } catch (StackOverflowError e) {
            throw new InvalidMjmlException(0, "nests too deep", e);
        } catch (RuntimeException e) {
            throw new InvalidMjmlException(
                    0,
                    "cannot be laid out; a width, height, padding or border is no number of px or % (" + e.getMessage()
                            + ")",
                    e);
        }
    }
}
