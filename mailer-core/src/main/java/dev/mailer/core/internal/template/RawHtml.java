// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** HTML that a template inserts as it is: {@code $raw.html($x)}. */
record RawHtml(String html) {
    /** What templates know as {@code $raw}. */
    static final class Tool implements TemplateTool {
        static final Tool INSTANCE = new Tool();

        private Tool() {}

        @Override
        public boolean has(String name, int arguments) {
            return arguments == 1 && name.equals("html");
        }

        @Override
        public @Nullable Object call(String name, List<@Nullable Object> arguments) {
            Object html = arguments.get(0);
            return html == null ? null : new RawHtml(PlainCalls.word(name, html));
        }
    }

    @Override
    public String toString() {
        return html;
    }
}
