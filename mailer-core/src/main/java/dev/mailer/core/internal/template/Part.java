// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import java.util.Locale;

/** What a file of a template is for; the file is named after it. */
public enum Part {
    SUBJECT("subject", ".vm"),
    TEXT("text", ".vm"),
    HTML("html", ".vm"),
    TEXT_LAYOUT("layout.text", ".vm"),
    HTML_LAYOUT("layout.html", ".vm"),
    /** In place of {@link #HTML}. */
    MJML("html", ".mjml"),
    /** Around {@link #MJML}, before that is HTML. */
    MJML_LAYOUT("layout.html", ".mjml");

    private final String stem;
    private final String ending;

    Part(String stem, String ending) {
        this.stem = stem;
        this.ending = ending;
    }

    /** The name of its file in a language, such as {@code html.de.vm}. */
    String file(String tag) {
        return stem + (tag.isEmpty() ? "" : "." + tag) + ending;
    }

    /** How it is called where sources are stored. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
