// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.html;

/**
 * Sets words into lines of at most {@value #WIDTH} characters; a longer word, such as an address, has a line of its own. Blank
 * lines are never doubled. Used once.
 */
final class TextLines {
    static final int WIDTH = 78;
    /** Most characters of a text; what follows is left out. */
    static final int MAX_TEXT = 512 * 1024;
    /** Deepest indentation that is shown, in characters. */
    private static final int MAX_INDENT = 24;

    private final StringBuilder out = new StringBuilder();
    private final StringBuilder line = new StringBuilder();
    private String indent = "";
    private String lastIndent = "";
    /** Stands in front of the next line instead of the indentation: a bullet or a number. */
    private String mark = "";

    private boolean spaceBefore;
    private boolean blankBefore;

    /** One word, without white space. */
    void word(String word) {
        int space = spaceBefore && line.length() > 0 ? 1 : 0;
        if (line.length() > 0 && prefix().length() + line.length() + space + word.length() > WIDTH && space > 0) {
            breakLine();
            space = 0;
        }
        if (space > 0) {
            line.append(' ');
        }
        line.append(word);
        spaceBefore = false;
    }

    /** White space between words. */
    void space() {
        spaceBefore = true;
    }

    /** Two spaces between cells of a row, if something stands before. */
    void gap() {
        if (line.length() > 0) {
            line.append(line.charAt(line.length() - 1) == ' ' ? "" : " ");
            spaceBefore = true;
        }
    }

    /** Text as it is, however long its lines are; the last of them goes on. */
    void verbatim(String text) {
        String[] parts = text.split("\\R", -1);
        for (int i = 0; i < parts.length; i++) {
            if (i > 0) {
                breakLine();
            }
            line.append(parts[i]);
        }
    }

    /** Ends the line if it has begun. */
    void endLine() {
        if (!line.toString().isBlank()) {
            breakLine();
        }
        line.setLength(0);
        spaceBefore = false;
    }

    /** Ends the line, begun or not. */
    void newLine() {
        if (line.length() > 0) {
            endLine();
        } else {
            blankLine();
        }
    }

    /** Has a blank line before what comes next. */
    void blankLine() {
        endLine();
        blankBefore = true;
    }

    /** Shows the item's mark on its first line; the lines behind it are indented as far. */
    void item(String bullet) {
        endLine();
        mark = bullet;
    }

    String indent() {
        return indent;
    }

    void indent(String indentation) {
        endLine();
        this.indent = indentation.length() > MAX_INDENT ? indentation.substring(0, MAX_INDENT) : indentation;
    }

    /** An item that has printed nothing leaves no mark behind. */
    void dropMark() {
        mark = "";
    }

    boolean isFull() {
        return out.length() >= MAX_TEXT;
    }

    String text() {
        endLine();
        return out.toString();
    }

    private String prefix() {
        return mark.isEmpty() ? indent : indent.substring(0, Math.max(0, indent.length() - mark.length())) + mark;
    }

    private static String common(String a, String b) {
        int length = 0;
        while (length < Math.min(a.length(), b.length()) && a.charAt(length) == b.charAt(length)) {
            length++;
        }
        return a.substring(0, length);
    }

    private void breakLine() {
        if (!isFull()) {
            if (blankBefore && out.length() > 0) {
                // Between a quotation and what surrounds it, the line belongs to the latter.
                out.append(common(lastIndent, indent).stripTrailing()).append('\n');
            }
            out.append((prefix() + line).stripTrailing()).append('\n');
            lastIndent = indent;
        }
        blankBefore = false;
        mark = "";
        line.setLength(0);
        spaceBefore = false;
    }
}
