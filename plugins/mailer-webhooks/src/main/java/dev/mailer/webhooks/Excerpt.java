// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import java.nio.charset.StandardCharsets;

/** What is kept of an answer: its beginning as text, with every character written out that acts on a terminal or hides what follows. */
final class Excerpt {
    /** Characters. */
    static final int MOST = 1_000;

    private Excerpt() {}

    static String of(byte[] answer) {
        StringBuilder out = new StringBuilder();
        String text = new String(answer, StandardCharsets.UTF_8);
        for (int i = 0; i < text.length() && out.length() < MOST; ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE,
                        Character.UNASSIGNED,
                        Character.PRIVATE_USE -> out.append(String.format("\\u%04x", c));
                default -> out.appendCodePoint(c);
            }
        }
        out.setLength(Math.min(out.length(), MOST));
        return out.toString();
    }
}
