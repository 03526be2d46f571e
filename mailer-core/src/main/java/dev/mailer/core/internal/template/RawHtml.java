// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

/** HTML that a template inserts as it is: {@code $raw.html($x)}. */
record RawHtml(String html) {
    /** What templates know as {@code $raw}. */
    static final class Tool {
        static final Tool INSTANCE = new Tool();

        private Tool() {}
    }

    @Override
    public String toString() {
        return html;
    }
}
