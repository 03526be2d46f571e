// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mjml;

import java.util.Set;

/** Names of elements, in small letters. */
final class MjmlElements {
    static final Set<String> KNOWN = Set.of(
            "mjml",
            "mj-accordion",
            "mj-accordion-element",
            "mj-accordion-text",
            "mj-accordion-title",
            "mj-all",
            "mj-attributes",
            "mj-body",
            "mj-breakpoint",
            "mj-button",
            "mj-carousel-image",
            "mj-class",
            "mj-column",
            "mj-divider",
            "mj-font",
            "mj-group",
            "mj-head",
            "mj-hero",
            "mj-html-attribute",
            "mj-html-attributes",
            "mj-image",
            "mj-navbar",
            "mj-navbar-link",
            "mj-preview",
            "mj-raw",
            "mj-section",
            "mj-selector",
            "mj-social",
            "mj-social-element",
            "mj-spacer",
            "mj-style",
            "mj-table",
            "mj-text",
            "mj-title",
            "mj-wrapper");
    /** What holds HTML, or text, and no other elements of MJML. */
    static final Set<String> HOLDERS_OF_HTML = Set.of(
            "mj-accordion-text",
            "mj-accordion-title",
            "mj-button",
            "mj-navbar-link",
            "mj-preview",
            "mj-raw",
            "mj-social-element",
            "mj-style",
            "mj-table",
            "mj-text",
            "mj-title");

    /** What HTML closes by itself. */
    static final Set<String> VOID = Set.of(
            "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
            "wbr");

    private MjmlElements() {}

    static boolean isMjml(String name) {
        return name.equals("mjml") || name.startsWith("mj-");
    }
}
