// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import dev.mailer.api.spi.HttpEndpoint.Response;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** The frame around every page, and the small pieces that several of them show. */
final class Layout {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{}</title>
            <link rel="icon" href="{}icon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="{}mailbox.css">
            <script src="{}mailbox.js" defer></script>
            </head>
            <body data-root="{}">
            <header class="bar">
            <a class="brand" href="{}"><img src="{}icon.svg" alt="" width="26" height="26"><span>Mailbox</span></a>
            <form class="search" action="{}" method="get" role="search">
            <input type="search" name="q" value="{}" placeholder="Search sender, recipient, subject or text" aria-label="Search" maxlength="200" autocomplete="off">
            </form>
            <a class="quiet" href="{}help">Help</a>
            </header>
            <main class="{}">
            {}
            </main>
            </body>
            </html>
            """;

    private Layout() {}

    /**
     * @param root the relative address of the list, such as {@code ./} or {@code ../}
     * @param words what was searched for
     */
    static Html page(String title, String root, String words, String kind, Html content) {
        return Html.of(PAGE, title, root, root, root, root, root, root, root, words, root, kind, content);
    }

    static Response notFound(String path) {
        // in the address of a page at /a/b the list is one level up
        String root = "../"
                .repeat(Math.max(0, (int) path.chars().filter(c -> c == '/').count() - 1));
        String home = root.isEmpty() ? "./" : root;
        Html content = Html.of("""
                <div class="empty">
                <h1>Not here</h1>
                <p>The message has been deleted, has made room for newer ones, or was kept by an earlier run of the application.</p>
                <p><a class="button" href="{}">All messages</a></p>
                </div>
                """, home);
        return Responses.page(404, page("Not here · Mailbox", home, "", "narrow", content));
    }

    /** The script turns it into the reader's own time. */
    static Html time(Instant instant) {
        return Html.of("<time datetime=\"{}\">{}</time>", instant.truncatedTo(ChronoUnit.MILLIS), TIME.format(instant));
    }

    static String size(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        return bytes < 999_500
                ? String.format(Locale.ROOT, bytes < 9_950 ? "%.1f kB" : "%.0f kB", bytes / 1e3)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    /** A round badge with the first letter of a name, in one of eight colours. */
    static Html avatar(String name) {
        int letter =
                name.codePoints().filter(Character::isLetterOrDigit).findFirst().orElse('?');
        return Html.of(
                "<span class=\"avatar hue{}\" aria-hidden=\"true\">{}</span>",
                Math.floorMod(name.hashCode(), 8),
                Character.toString(Character.toUpperCase(letter)));
    }

    /** The name of the first mailbox of an address header, or its address where it has no name. */
    static String shortName(String header) {
        int open = header.indexOf('<');
        String name = open <= 0 ? header : header.substring(0, open);
        String bare = name.strip().replaceAll("^\"|\"$", "").strip();
        return bare.isEmpty() ? header.strip() : bare;
    }
}
