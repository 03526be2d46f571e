// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.html;

import org.jsoup.nodes.Element;
import org.jsoup.nodes.Range;

/**
 * An element and the style attribute that it gets.
 *
 * @param nameEnd where its tag's name ends in the source
 */
record Styled(Element element, int nameEnd, String value) {
    /** Where the name of an element's tag ends in the source; -1 when the source has no such tag. */
    static int nameEnd(String source, Element element) {
        Range tag = element.sourceRange();
        String name = element.normalName();
        boolean there = tag.isTracked()
                && !tag.isImplicit()
                && source.startsWith("<", tag.startPos())
                && source.regionMatches(true, tag.startPos() + 1, name, 0, name.length());
        return there ? tag.startPos() + 1 + name.length() : -1;
    }

    void write(SourceEdits edits) {
        String attribute = "style=\"" + value.replace("&", "&amp;").replace("\"", "&quot;") + "\"";
        Range.AttributeRange old = element.attributes().sourceRange("style");
        if (old.isTracked()) {
            edits.replaceAttribute(
                    old.nameRange().startPos(),
                    old.nameRange().endPos(),
                    old.valueRange().endPos(),
                    attribute);
        } else {
            edits.replace(nameEnd, nameEnd, " " + attribute);
        }
    }
}
