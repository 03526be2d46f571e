// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import java.util.Locale;

/** What a file of a template is for; the file is named after it. */
public enum Part {
    SUBJECT("subject"),
    TEXT("text"),
    HTML("html"),
    TEXT_LAYOUT("layout.text"),
    HTML_LAYOUT("layout.html");

    private final String stem;

    Part(String stem) {
        this.stem = stem;
    }

    /** The name of its file in a language, such as {@code html.de.vm}. */
    String file(String tag) {
        return tag.isEmpty() ? stem + ".vm" : stem + "." + tag + ".vm";
    }

    /** How it is called where sources are stored. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
