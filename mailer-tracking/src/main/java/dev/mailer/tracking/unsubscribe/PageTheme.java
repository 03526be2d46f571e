// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import dev.mailer.api.MailerConfigException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the pages of a tenant look. All of it is optional; without any, the pages are plain and have neither name nor logo. Immutable.
 *
 * <p>Errors are {@link MailerConfigException}s that name the option: {@code logo}, {@code color}, {@code background}, {@code css}.
 */
public final class PageTheme {
    /** The colour of buttons, unless set. */
    public static final String DEFAULT_COLOR = "#0b57d0";
    /** What is around the text, unless set. */
    public static final String DEFAULT_BACKGROUND = "#f1f3f6";
    /** Characters of a style sheet. */
    public static final int MAX_CSS = 65_536;

    private static final int MAX_TEXT = 1_000;
    private static final Pattern COLOR = Pattern.compile("#[0-9a-fA-F]{6}");

    private final Builder b;

    private PageTheme(Builder b) {
        this.b = b;
    }

    public static Builder builder() {
        return new Builder();
    }

    String title() {
        return b.title;
    }

    @Nullable
    String logo() {
        return b.logo;
    }

    /** The part of the logo's address that a Content-Security-Policy names. */
    String logoOrigin() {
        URI uri = b.logo == null ? null : URI.create(b.logo);
        return uri == null ? "'none'" : "https://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }

    String color() {
        return b.color;
    }

    String background() {
        return b.background;
    }

    String css() {
        return b.css;
    }

    String footer() {
        return b.footer;
    }

    String onColor() {
        return readableOn(b.color);
    }

    String onBackground() {
        return readableOn(b.background);
    }

    /** Black or white, whichever can be read on a colour better (WCAG 2.2, contrast ratio). */
    private static String readableOn(String color) {
        double luminance = 0.2126 * linear(color, 1) + 0.7152 * linear(color, 3) + 0.0722 * linear(color, 5);
        return (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) ? "#000000" : "#ffffff";
    }

    private static double linear(String color, int at) {
        double c = Integer.parseInt(color.substring(at, at + 2), 16) / 255.0;
        return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
    }

    /** Collects what a theme has; not thread-safe. */
    public static final class Builder {
        private String title = "";
        private @Nullable String logo;
        private String color = DEFAULT_COLOR;
        private String background = DEFAULT_BACKGROUND;
        private String css = "";
        private String footer = "";

        private Builder() {}

        /** Who writes, shown on top and as the logo's text; at most 1000 characters. */
        public Builder title(String title) {
            this.title = text("title", title);
            return this;
        }

        /** The https address of a picture, which recipients' browsers load. */
        public Builder logo(String url) {
            URI uri;
            try {
                uri = new URI(url);
            } catch (URISyntaxException e) {
                // without the address, in which a password may stand
                throw new MailerConfigException("logo", "is no URL: " + e.getReason() + " at index " + e.getIndex());
            }
            if (uri.getRawUserInfo() != null) {
                throw new MailerConfigException("logo", "names a user, which a public address cannot");
            }
            if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null || url.length() > MAX_TEXT) {
                throw new MailerConfigException("logo", "'" + url + "' cannot be used; expected https and a host");
            }
            this.logo = url;
            return this;
        }

        /** The colour of buttons, as {@code #rrggbb}; {@value PageTheme#DEFAULT_COLOR} by default. Their text is black or white by it. */
        public Builder color(String color) {
            this.color = color("color", color);
            return this;
        }

        /** What is around the text where a browser is not set to dark, as {@code #rrggbb}; {@value PageTheme#DEFAULT_BACKGROUND} by default. */
        public Builder background(String color) {
            this.background = color("background", color);
            return this;
        }

        /**
         * A style sheet behind the pages' own, at most {@value PageTheme#MAX_CSS} characters. It can load nothing: no fonts, and no pictures
         * but from the logo's host.
         */
        public Builder css(String css) {
            if (css.length() > MAX_CSS) {
                throw new MailerConfigException(
                        "css", "has " + css.length() + " characters; " + MAX_CSS + " are allowed");
            }
            // it would end the element that the sheet stands in
            if (css.contains("</")) {
                throw new MailerConfigException("css", "has '</', which no style sheet needs");
            }
            // a browser reads other line ends and NUL as what they are not, and the hash would not be that of what it
            // reads
            this.css = css.replace("\r\n", "\n").replace('\r', '\n').replace("\0", "");
            return this;
        }

        /** A line below all pages, such as the postal address of who writes; at most 1000 characters. */
        public Builder footer(String footer) {
            this.footer = text("footer", footer);
            return this;
        }

        public PageTheme build() {
            Builder copy = new Builder();
            copy.title = title;
            copy.logo = logo;
            copy.color = color;
            copy.background = background;
            copy.css = css;
            copy.footer = footer;
            return new PageTheme(copy);
        }

        private static String text(String option, String text) {
            if (text.length() > MAX_TEXT) {
                throw new MailerConfigException(
                        option, "has " + text.length() + " characters; " + MAX_TEXT + " are allowed");
            }
            return text;
        }

        private static String color(String option, String color) {
            if (!COLOR.matcher(color).matches()) {
                throw new MailerConfigException(option, "'" + color + "' is no colour such as " + DEFAULT_COLOR);
            }
            return color;
        }
    }
}
