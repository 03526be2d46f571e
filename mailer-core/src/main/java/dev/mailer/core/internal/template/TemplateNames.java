// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;

/** What a template may be called, so that no name leads out of the folder. */
final class TemplateNames {
    private static final int MAX_NAME = 200;

    private TemplateNames() {}

    static boolean fits(String name) {
        boolean fits = !name.isEmpty() && name.length() <= MAX_NAME;
        for (String segment : name.split("/", -1)) {
            fits &= !segment.isEmpty()
                    && segment.charAt(0) != '.'
                    && segment.chars()
                            .allMatch(c -> (c >= 'a' && c <= 'z')
                                    || (c >= 'A' && c <= 'Z')
                                    || (c >= '0' && c <= '9')
                                    || c == '-'
                                    || c == '_'
                                    || c == '.');
        }
        return fits;
    }

    static void require(String name) {
        if (!fits(name)) {
            throw new InvalidEmailException(
                    "template",
                    "a name has 1 to " + MAX_NAME
                            + " of the characters A-Z, a-z, 0-9, '-', '_', '.' in segments between '/' that do not start with '.'");
        }
    }
}
