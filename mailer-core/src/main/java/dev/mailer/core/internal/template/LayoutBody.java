// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

/** What a layout knows as {@code $content}: the rendered part, which it prints as it is, once. Bound to one rendering. */
final class LayoutBody {
    private final String rendered;
    private int printed;

    LayoutBody(String rendered) {
        this.rendered = rendered;
    }

    String print() {
        RenderBudget.current().take(rendered.length());
        printed++;
        return rendered;
    }

    int printed() {
        return printed;
    }
}
