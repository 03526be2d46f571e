// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import dev.mailer.api.Address;
import dev.mailer.api.spi.HttpEndpoint.Response;
import dev.mailer.api.spi.Outcome;
import dev.mailer.mailbox.MailboxMessage.Receipt;
import dev.mailer.mailbox.mime.MimePart;
import dev.mailer.mailbox.mime.ParsedMail;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One message: who, what, and one of several views of the content. */
final class MailPage {
    private static final int SHOWN_ATTACHMENTS = 100;

    private final MailboxMessage message;
    private final FormGuard guard;
    private final Map<String, String> query;
    private final ParsedMail mail;
    private final MailView view;

    MailPage(MailboxMessage message, FormGuard guard, Map<String, String> query) {
        this.message = message;
        this.guard = guard;
        this.query = query;
        this.mail = message.parse();
        this.view = MailView.of(query.getOrDefault("view", ""), mail);
    }

    Response render() {
        // the view first: what it finds wrong is noted above it
        Html body = view.render(message, mail, query.containsKey("remote"));
        String subject = message.subject().isBlank() ? "(no subject)" : message.subject();
        Html content = Html.of(
                """
                <nav class="actions">
                <a class="button" href="../">← All mail</a>
                <span class="grow"></span>
                <a class="button" href="{}/eml">Download</a>
                <form method="post" action="{}/delete" data-confirm="Delete this message?"><input type="hidden" name="{}" value="{}"><button class="button danger">Delete</button></form>
                </nav>
                <article class="card">
                <header class="mailhead">
                <h1><bdi>{}</bdi></h1>
                <div class="people">
                {}
                <dl>
                {}
                </dl>
                <div class="stamp">{}<span class="size">{}</span></div>
                </div>
                {}
                {}
                {}
                </header>
                <nav class="tabs" aria-label="Views">{}</nav>
                {}
                </article>
                """,
                message.number(),
                message.number(),
                FormGuard.FIELD,
                guard.token(),
                subject,
                Layout.avatar(Layout.shortName(message.from())),
                people(),
                Layout.time(message.receivedAt()),
                Layout.size(message.size()),
                envelope(),
                notes(),
                attachments(),
                tabs(),
                body);
        return Responses.page(200, Layout.page(subject + " · Mailbox", "../", "", "wide", content));
    }

    /** Empty for ACCEPTED, which needs no mention in a list. */
    static Html badgeUnlessAccepted(Outcome.Kind outcome) {
        return outcome == Outcome.Kind.ACCEPTED ? Html.EMPTY : badge(outcome);
    }

    private static Html badge(Outcome.Kind outcome) {
        String name = outcome.name().toLowerCase(Locale.ROOT);
        return Html.of(" <span class=\"badge {}\">{}</span>", name, name);
    }

    private Html people() {
        List<Html> rows = new ArrayList<>();
        for (String name : List.of("From", "To", "Cc", "Reply-To")) {
            String value = mail.root().header().decoded(name);
            if (!value.isEmpty()) {
                rows.add(Html.of("<div><dt>{}</dt><dd><bdi>{}</bdi></dd></div>\n", name, value));
            }
        }
        return Html.join(rows);
    }

    private Html envelope() {
        Address sender = message.sender();
        return Html.of(
                """
                <details class="envelope">
                <summary>{}</summary>
                <dl>
                <div><dt>Message</dt><dd><code>{}</code></dd></div>
                <div><dt>MAIL FROM</dt><dd><code>&lt;{}&gt;</code></dd></div>
                </dl>
                <div class="scroll"><table>
                <thead><tr><th>RCPT TO</th><th>Outcome</th><th>Reply</th><th>Delivery</th><th>Attempt</th></tr></thead>
                <tbody>
                {}
                </tbody>
                </table></div>
                </details>
                """,
                summary(),
                message.messageId(),
                sender == null ? "" : sender.spec(),
                Html.join(message.receipts().stream().map(MailPage::receipt).toList()));
    }

    private Html summary() {
        List<Receipt> receipts = message.receipts();
        Html badges = Html.join(receipts.stream()
                .map(Receipt::outcome)
                .distinct()
                .map(MailPage::badge)
                .toList());
        return Html.of(
                "Envelope: {}{}", receipts.size() == 1 ? "1 recipient" : receipts.size() + " recipients", badges);
    }

    private static Html receipt(Receipt receipt) {
        return Html.of(
                "<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                receipt.address().spec(),
                badge(receipt.outcome()),
                receipt.reply(),
                receipt.deliveryId(),
                receipt.attempt());
    }

    private Html notes() {
        return Html.join(mail.notes().stream()
                .map(note -> Html.of("<p class=\"note\">{} The source is complete.</p>\n", note))
                .toList());
    }

    private Html attachments() {
        List<MimePart> all = mail.attachments();
        if (all.isEmpty()) {
            return Html.EMPTY;
        }
        Html chips = Html.join(
                all.stream().limit(SHOWN_ATTACHMENTS).map(this::attachment).toList());
        Html rest = all.size() <= SHOWN_ATTACHMENTS
                ? Html.EMPTY
                : Html.of("<li class=\"hint\">and {} more, see Structure</li>", all.size() - SHOWN_ATTACHMENTS);
        return Html.of("<ul class=\"attachments\" aria-label=\"Attachments\">{}{}</ul>", chips, rest);
    }

    private Html attachment(MimePart part) {
        return Html.of(
                """
                <li><a href="{}/parts/{}" download><bdi>{}</bdi><span class="size">{} · {}</span></a></li>
                """,
                message.number(),
                part.index(),
                Downloads.nameOf(part),
                part.type(),
                Layout.size(decodedSize(part)));
    }

    /** Near enough without decoding. */
    private static long decodedSize(MimePart part) {
        return part.encoding().equals("base64")
                ? part.encodedSize() / 78L * 57 + part.encodedSize() % 78 * 3 / 4
                : part.encodedSize();
    }

    private Html tabs() {
        List<Html> tabs = new ArrayList<>();
        for (MailView each : MailView.values()) {
            if (each.isIn(mail)) {
                tabs.add(Html.of(
                        each == view
                                ? "<a href=\"{}?view={}\" aria-current=\"page\">{}</a>"
                                : "<a href=\"{}?view={}\">{}</a>",
                        message.number(),
                        each.parameter(),
                        each.title()));
            }
        }
        return Html.join(tabs);
    }
}
