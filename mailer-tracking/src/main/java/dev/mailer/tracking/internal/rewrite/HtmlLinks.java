// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.internal.rewrite;

import dev.mailer.tracking.internal.rewrite.TagScanner.Attribute;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts other addresses into the links of a page, and something at its end. A pure function of its arguments. */
public final class HtmlLinks {
    /** A page with this attribute on its {@code html} is AMP, which may have no images and links of ours. */
    private static final List<String> AMP = List.of("amp4email", "\u26a14email", "amp", "\u26a1");

    private static final List<String> ATTRIBUTES =
            Stream.concat(Stream.of("href", "data-notrack"), AMP.stream()).toList();

    private HtmlLinks() {}

    /** Another address for a link; null leaves it, to the byte. */
    @FunctionalInterface
    public interface Rewriting extends UnaryOperator<@Nullable String> {}

    /**
     * The page with other addresses in {@code <a href>} and {@code <area href>}, but for those with {@code data-notrack}.
     *
     * @param links gets each address as a browser reads it, without blanks around it
     * @param atEnd goes before the last {@code </body>}, or to the end
     */
    public static String rewrite(String page, Rewriting links, String atEnd) {
        TagScanner tags = new TagScanner(page, ATTRIBUTES);
        StringBuilder out = new StringBuilder(page.length() + page.length() / 2 + atEnd.length());
        int copied = 0;
        int body = -1;
        while (tags.next()) {
            if (tags.isClosing()) {
                // where it will be: all links before it are written already, and nothing behind moves it
                body = tags.is("body") ? out.length() + tags.start() - copied : body;
            } else if (tags.is("a") || tags.is("area")) {
                Attribute href = tags.attribute("href");
                String other = href == null || tags.attribute("data-notrack") != null ? null : other(page, href, links);
                if (href != null && other != null) {
                    String quote = href.quoted() ? "" : "\"";
                    out.append(page, copied, href.valueStart())
                            .append(quote)
                            .append(other)
                            .append(quote);
                    copied = href.valueEnd();
                }
            } else if (tags.is("html") && isAmp(tags)) {
                return page;
            }
        }
        out.append(page, copied, page.length());
        return out.insert(body < 0 ? out.length() : body, atEnd).toString();
    }

    private static @Nullable String other(String page, Attribute href, Rewriting links) {
        String other = links.apply(AttributeText.decode(page.substring(href.valueStart(), href.valueEnd()))
                .strip());
        return other == null ? null : AttributeText.encode(other);
    }

    private static boolean isAmp(TagScanner tags) {
        for (String name : AMP) {
            if (tags.attribute(name) != null) {
                return true;
            }
        }
        return false;
    }
}
