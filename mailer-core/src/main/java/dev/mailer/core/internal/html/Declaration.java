// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One property with its value, as in {@code color: red !important}. */
record Declaration(String property, String value, boolean important) {
    private static final String IMPORTANT = "important";

    /** The declarations of a block or of a style attribute; what is no declaration is left out, as browsers do. */
    static List<Declaration> parse(String block) {
        List<Declaration> declarations = new ArrayList<>();
        for (String part : CssText.split(CssText.plain(block), ';')) {
            int colon = part.indexOf(':');
            if (colon > 0) {
                String name = part.substring(0, colon).strip();
                String value = part.substring(colon + 1).strip();
                boolean important = isImportant(value);
                String plain =
                        important ? value.substring(0, value.lastIndexOf('!')).strip() : value;
                if (isName(name) && !plain.isEmpty()) {
                    declarations.add(new Declaration(
                            name.startsWith("--") ? name : name.toLowerCase(Locale.ROOT), plain, important));
                }
            }
        }
        return declarations;
    }

    private static boolean isImportant(String value) {
        int mark = value.lastIndexOf('!');
        return mark >= 0 && value.substring(mark + 1).strip().equalsIgnoreCase(IMPORTANT);
    }

    /** Some begin with a character that only old programs take, and these are meant. */
    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || c == '-'
                                || c == '_'
                                || c == '*');
    }
}
