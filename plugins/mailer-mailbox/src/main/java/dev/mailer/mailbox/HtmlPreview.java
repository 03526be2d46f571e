// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import dev.mailer.mailbox.mime.MimePart;
import dev.mailer.mailbox.mime.ParsedMail;
import dev.mailer.mailbox.mime.PartContent;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.DataNode;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/**
 * A mail's HTML made ready for its frame. The frame's sandbox and the response's policy keep it from doing harm; this only makes
 * it look right: pictures of the mail itself become {@code data:} URLs, which need no request that a log-in in front of us would
 * refuse to a sandboxed frame, and links open a new tab.
 */
final class HtmlPreview {
    /** Characters of the mail's own pictures that are put into one preview, each time one is shown. */
    static final int MAX_PICTURES = 16 * 1024 * 1024;

    private static final Pattern CID_IN_CSS = Pattern.compile("url\\(\\s*['\"]?cid:([^'\"()\\s]{1,250})['\"]?\\s*\\)");
    private static final Pattern REMOTE_IN_CSS =
            Pattern.compile("url\\(\\s*['\"]?(https?:)?//", Pattern.CASE_INSENSITIVE);
    private static final Set<String> LINK_SCHEMES = Set.of("http", "https", "mailto", "tel");
    private static final List<String> PICTURE_ATTRIBUTES =
            List.of("src", "background", "poster", "srcset", "href", "xlink:href");

    private final ParsedMail mail;
    private final Map<String, String> pictures = new HashMap<>();
    private int room = MAX_PICTURES;
    private boolean remote;
    private String html = "";

    private HtmlPreview(ParsedMail mail) {
        this.mail = mail;
    }

    static HtmlPreview of(ParsedMail mail) {
        HtmlPreview preview = new HtmlPreview(mail);
        preview.rewrite();
        return preview;
    }

    /** The words of an HTML text that a reader sees. */
    static String visibleText(String html) {
        return html.isEmpty() ? "" : Jsoup.parse(html).text();
    }

    String html() {
        return html;
    }

    /** True when the mail wants pictures from elsewhere. */
    boolean wantsRemote() {
        return remote;
    }

    private void rewrite() {
        Document document = Jsoup.parse(mail.html());
        document.outputSettings().prettyPrint(false).charset(StandardCharsets.UTF_8);
        document.select("script, base, meta[http-equiv], link, iframe, frame, frameset, object, embed, applet")
                .remove();
        for (Element element : document.getAllElements()) {
            rewrite(element);
        }
        for (Element style : document.select("style")) {
            String css = style.data();
            remote |= REMOTE_IN_CSS.matcher(css).find();
            if (css.contains("cid:")) {
                style.text("");
                style.appendChild(new DataNode(css(css)));
            }
        }
        html = document.outerHtml();
    }

    private void rewrite(Element element) {
        boolean link = element.normalName().equals("a") || element.normalName().equals("area");
        for (Attribute attribute : element.attributes().asList()) {
            String name = attribute.getKey().toLowerCase(Locale.ROOT);
            String value = attribute.getValue();
            if (name.startsWith("on")) {
                element.removeAttr(attribute.getKey());
            } else if (name.equals("style")) {
                remote |= REMOTE_IN_CSS.matcher(value).find();
                element.attr(attribute.getKey(), css(value));
            } else if (!link && PICTURE_ATTRIBUTES.contains(name)) {
                element.attr(attribute.getKey(), picture(value));
            }
        }
        if (link && element.hasAttr("href")) {
            link(element);
        }
    }

    private static void link(Element element) {
        String target = element.attr("href").strip();
        int colon = target.indexOf(':');
        if (target.startsWith("#")) {
            return;
        }
        if (colon > 0 && LINK_SCHEMES.contains(target.substring(0, colon).toLowerCase(Locale.ROOT))) {
            element.attr("target", "_blank").attr("rel", "noopener noreferrer");
        } else {
            element.removeAttr("href");
        }
    }

    private String css(String css) {
        if (!css.contains("cid:")) {
            return css;
        }
        Matcher m = CID_IN_CSS.matcher(css);
        return m.replaceAll(found -> Matcher.quoteReplacement("url(\"" + dataUrl(found.group(1)) + "\")"));
    }

    private String picture(String url) {
        String lower = url.strip().toLowerCase(Locale.ROOT);
        if (lower.startsWith("cid:")) {
            return dataUrl(url.strip().substring(4));
        }
        remote |= lower.startsWith("http:") || lower.startsWith("https:") || lower.startsWith("//");
        return url;
    }

    /** The picture itself; {@code data:,} when the mail has none of that id or has too many. */
    private String dataUrl(String id) {
        String url = pictures.computeIfAbsent(id, this::encode);
        if (url.length() > room) {
            return "data:,";
        }
        room -= url.length();
        return url;
    }

    private String encode(String id) {
        MimePart part = mail.byContentId(id);
        if (part == null) {
            part = mail.byContentId(decoded(id));
        }
        if (part == null || !part.type().startsWith("image/") || part.encodedSize() > room) {
            return "data:,";
        }
        byte[] bytes = PartContent.decode(part, part.encodedSize()).bytes();
        return "data:" + part.type() + ";base64," + Base64.getEncoder().encodeToString(bytes);
    }

    /** RFC 2392: the id is percent-encoded in the URL. */
    private static String decoded(String id) {
        try {
            return URLDecoder.decode(id.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return id;
        }
    }
}
