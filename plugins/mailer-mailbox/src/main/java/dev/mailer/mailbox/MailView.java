// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import dev.mailer.mailbox.mime.HeaderFields;
import dev.mailer.mailbox.mime.MimePart;
import dev.mailer.mailbox.mime.ParsedMail;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The ways to look at a message, in the order of their tabs. */
enum MailView {
    HTML("HTML") {
        @Override
        boolean isIn(ParsedMail mail) {
            return mail.hasHtml();
        }

        @Override
        Html render(MailboxMessage message, ParsedMail mail, boolean remote) {
            boolean wantsRemote = HtmlPreview.of(mail).wantsRemote();
            Html notice = !wantsRemote
                    ? Html.EMPTY
                    : remote
                            ? Html.of(
                                    "<p class=\"remote\">Remote images are loaded. <a href=\"{}?view=html\">Block them</a></p>",
                                    message.number())
                            : Html.of(
                                    "<p class=\"remote\">Remote images are blocked. <a href=\"{}?view=html&amp;remote=1\">Load remote images</a></p>",
                                    message.number());
            return Html.of(
                    FRAME,
                    notice,
                    message.number(),
                    Html.of(remote ? "?remote=1" : ""),
                    message.number(),
                    Html.of(remote ? "?remote=1" : ""),
                    Responses.SANDBOX);
        }
    },
    TEXT("Text") {
        @Override
        boolean isIn(ParsedMail mail) {
            return mail.hasText();
        }

        @Override
        Html render(MailboxMessage message, ParsedMail mail, boolean remote) {
            return Html.of("<pre class=\"text\" dir=\"auto\">{}</pre>", mail.text());
        }
    },
    HEADERS("Headers") {
        @Override
        Html render(MailboxMessage message, ParsedMail mail, boolean remote) {
            return Html.of(
                    "<div class=\"scroll\"><table class=\"headers\"><tbody>{}</tbody></table></div>",
                    Html.join(mail.root().header().all().stream()
                            .map(MailView::header)
                            .toList()));
        }
    },
    STRUCTURE("Structure") {
        @Override
        Html render(MailboxMessage message, ParsedMail mail, boolean remote) {
            return Html.of("<ul class=\"tree\">{}</ul>", node(message, mail.root()));
        }
    },
    SOURCE("Source") {
        @Override
        Html render(MailboxMessage message, ParsedMail mail, boolean remote) {
            byte[] raw = message.raw().unsafeArray();
            int shown = Math.min(raw.length, ParsedMail.MAX_TEXT);
            return Html.of(
                    """
                    <p class="toolbar">{}<a href="{}/raw">Open as plain text</a></p>
                    <pre class="source">{}</pre>
                    """,
                    shown < raw.length ? "The first 1 MiB. " : "",
                    message.number(),
                    new String(raw, 0, shown, StandardCharsets.UTF_8));
        }
    };

    private static final String FRAME = """
            {}
            <div class="preview">
            <div class="toolbar">
            <input type="radio" name="width" id="wide" checked><label for="wide">Desktop</label>
            <input type="radio" name="width" id="phone"><label for="phone">Phone</label>
            <span class="grow"></span>
            <a href="{}/html{}" target="_blank" rel="noopener">Open in a tab</a>
            </div>
            <div class="stage"><iframe title="The message" src="{}/html{}" sandbox="{}" referrerpolicy="no-referrer"></iframe></div>
            </div>
            """;

    private final String title;

    MailView(String title) {
        this.title = title;
    }

    /** The view of a parameter, or the first that this mail has. */
    static MailView of(String parameter, ParsedMail mail) {
        for (MailView view : values()) {
            if (view.parameter().equals(parameter) && view.isIn(mail)) {
                return view;
            }
        }
        return mail.hasHtml() ? HTML : mail.hasText() ? TEXT : STRUCTURE;
    }

    String title() {
        return title;
    }

    String parameter() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isIn(ParsedMail mail) {
        return true;
    }

    abstract Html render(MailboxMessage message, ParsedMail mail, boolean remote);

    private static Html header(HeaderFields.Field field) {
        String decoded = field.decoded();
        Html wire =
                decoded.equals(field.value()) ? Html.EMPTY : Html.of("<span class=\"wire\">{}</span>", field.value());
        return Html.of("<tr><th scope=\"row\">{}</th><td><bdi>{}</bdi>{}</td></tr>\n", field.name(), decoded, wire);
    }

    private static Html node(MailboxMessage message, MimePart part) {
        String facts = part.encoding() + " · " + Layout.size(part.encodedSize());
        Html name = part.fileName().isEmpty()
                ? Html.EMPTY
                : Html.of(" <bdi class=\"name\">{}</bdi>", Downloads.nameOf(part));
        Html disposition = part.disposition().isEmpty()
                ? Html.EMPTY
                : Html.of(" <span class=\"badge plain\">{}</span>", part.disposition());
        Html contentId = part.contentId().isEmpty()
                ? Html.EMPTY
                : Html.of(" <code class=\"cid\">cid:{}</code>", part.contentId());
        Html save = part.isMultipart()
                ? Html.EMPTY
                : Html.of(" <a href=\"{}/parts/{}\" download>Save</a>", message.number(), part.index());
        Html children = part.children().isEmpty()
                ? Html.EMPTY
                : Html.of(
                        "<ul>{}</ul>",
                        Html.join(part.children().stream()
                                .map(child -> node(message, child))
                                .toList()));
        return Html.of(
                "<li><div class=\"part\"><b>{}</b>{}{}{}<span class=\"size\">{}</span>{}</div>{}</li>\n",
                part.type(),
                name,
                disposition,
                contentId,
                facts,
                save,
                children);
    }
}
