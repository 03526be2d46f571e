// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import org.apache.velocity.app.event.ReferenceInsertionEventHandler;
import org.apache.velocity.context.Context;
import org.apache.velocity.runtime.Renderable;
import org.jspecify.annotations.Nullable;

/** Sees each value on its way into the output: escapes it in HTML, charges for it, and refuses what is not plain. Stateless. */
final class Insertion implements ReferenceInsertionEventHandler {
    static final Insertion TEXT = new Insertion(false);
    static final Insertion HTML = new Insertion(true);

    private final boolean html;

    private Insertion(boolean html) {
        this.html = html;
    }

    @Override
    public @Nullable Object referenceInsert(Context context, String reference, @Nullable Object value) {
        if (value == null || value instanceof Renderable) {
            // A block renders itself, and its values come through here one by one.
            return value;
        }
        if (value instanceof Number || value instanceof Boolean) {
            return value;
        }
        RenderBudget budget = RenderBudget.current();
        if (value instanceof RawHtml raw) {
            budget.take(raw.html().length());
            return raw.html();
        }
        if (value instanceof LayoutBody body) {
            return body.print();
        }
        if (!(value instanceof CharSequence)) {
            throw new InvalidEmailException(
                    "template", "prints " + reference + ", which is no string, number or boolean");
        }
        String text = value.toString();
        budget.take(text.length());
        return html && !budget.inLiteral() ? escaped(text) : text;
    }

    /** For element content and quoted attribute values. */
    static String escaped(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (entity(text.charAt(i)) != null) {
                return escapedFrom(text, i);
            }
        }
        return text;
    }

    private static String escapedFrom(String text, int first) {
        StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            String entity = entity(c);
            if (entity == null) {
                out.append(c);
            } else {
                out.append(entity);
            }
        }
        return out.toString();
    }

    private static @Nullable String entity(char c) {
        if (c > '>') {
            return null;
        }
        return switch (c) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '"' -> "&quot;";
            case '\'' -> "&#39;";
            default -> null;
        };
    }
}
