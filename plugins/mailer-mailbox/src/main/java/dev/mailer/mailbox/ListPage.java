// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import dev.mailer.api.spi.HttpEndpoint.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** All messages, or those that were searched for, newest first. */
final class ListPage {
    static final int ROWS = 100;
    private static final int MAX_WORDS = 200;

    private final Mailbox mailbox;
    private final FormGuard guard;
    private final String words;
    private final String before;

    ListPage(Mailbox mailbox, FormGuard guard, Map<String, String> query) {
        this.mailbox = mailbox;
        this.guard = guard;
        String given = query.getOrDefault("q", "").strip();
        this.words = given.length() > MAX_WORDS ? given.substring(0, MAX_WORDS) : given;
        this.before = query.getOrDefault("before", "");
    }

    Response render() {
        List<MailboxMessage> found = words.isEmpty() ? mailbox.messages() : mailbox.search(words);
        String state = mailbox.lastNumber() + "-" + mailbox.size();
        Html content = found.isEmpty() ? (words.isEmpty() ? empty() : nothingFound()) : list(found);
        Html page = Html.of("<div id=\"live\" data-state=\"{}\">{}</div>", state, content);
        String title = found.isEmpty() ? "Mailbox" : "Mailbox (" + found.size() + ")";
        return Responses.page(200, Layout.page(title, "./", words, "wide", page));
    }

    private Html list(List<MailboxMessage> found) {
        long from = before.matches("[0-9]{1,18}") ? Long.parseLong(before) : Long.MAX_VALUE;
        List<MailboxMessage> older =
                found.stream().filter(m -> m.number() < from).toList();
        List<MailboxMessage> shown = older.subList(0, Math.min(ROWS, older.size()));
        return Html.of(
                """
                <div class="listhead">
                <h1>{}</h1>
                <p class="status">{}</p>
                {}
                </div>
                <ol class="mails">
                {}
                </ol>
                {}
                """,
                words.isEmpty() ? "All mail" : "Results for “" + words + "”",
                status(found.size()),
                words.isEmpty() ? clearForm() : Html.of("<a class=\"button\" href=\"./\">Show all</a>"),
                Html.join(shown.stream().map(ListPage::row).toList()),
                shown.size() < older.size()
                        ? olderLink(shown.get(shown.size() - 1).number())
                        : Html.EMPTY);
    }

    private Html status(int found) {
        String count = found == 1 ? "1 message" : found + " messages";
        String size = words.isEmpty() ? " · " + Layout.size(mailbox.bytes()) : "";
        long dropped = mailbox.dropped();
        Html full = dropped == 0
                ? Html.EMPTY
                : Html.of(" · <span class=\"warn\">{} older dropped to make room</span>", dropped);
        return Html.of("{}{}{}", count, size, full);
    }

    private Html clearForm() {
        return Html.of("""
                <form method="post" action="clear" data-confirm="Delete all messages?"><input type="hidden" name="{}" value="{}"><button class="button">Clear all</button></form>
                """, FormGuard.FIELD, guard.token());
    }

    private Html olderLink(long last) {
        String query = words.isEmpty() ? "" : "&q=" + URLEncoder.encode(words, StandardCharsets.UTF_8);
        return Html.of("<p class=\"more\"><a class=\"button\" href=\"./?before={}{}\">Older</a></p>", last, query);
    }

    private static Html row(MailboxMessage message) {
        String from = message.from().isEmpty() ? "(no sender)" : message.from();
        boolean subject = !message.subject().isBlank();
        return Html.of(
                """
                <li><a class="mail" href="m/{}">{}<span class="who"><bdi>{}</bdi></span><span class="what"><bdi class="{}">{}</bdi><span class="to">to <bdi>{}</bdi>{}</span></span><span class="when">{}<span class="size">{}</span></span></a></li>
                """,
                message.number(),
                Layout.avatar(Layout.shortName(from)),
                Layout.shortName(from),
                subject ? "subject" : "subject none",
                subject ? message.subject() : "(no subject)",
                recipients(message),
                badges(message),
                Layout.time(message.receivedAt()),
                Layout.size(message.size()));
    }

    private static String recipients(MailboxMessage message) {
        List<MailboxMessage.Receipt> all = message.receipts();
        String first = all.get(0).address().spec();
        return all.size() == 1 ? first : first + " and " + (all.size() - 1) + " more";
    }

    private static Html badges(MailboxMessage message) {
        List<Html> badges = message.receipts().stream()
                .map(MailboxMessage.Receipt::outcome)
                .distinct()
                .map(MailPage::badgeUnlessAccepted)
                .toList();
        return Html.join(badges);
    }

    private Html nothingFound() {
        return Html.of("""
                <div class="empty">
                <h1>Nothing found</h1>
                <p>No message holds “{}” in its sender, recipients, subject or text.</p>
                <p><a class="button" href="./">Show all</a></p>
                </div>
                """, words);
    }

    private Html empty() {
        return Html.of(
                """
                <div class="empty">
                <img src="icon.svg" alt="" width="72" height="72">
                <h1>No mail yet</h1>
                <p>What your application sends through the transport <code>mailbox:</code> appears here by itself.</p>
                <p class="hint">Send to <code>jo+bounce@example.org</code> to play a rejection.
                <a href="help">More magic addresses</a></p>
                {}
                </div>
                """,
                mailbox.dropped() == 0
                        ? Html.EMPTY
                        : Html.of("<p class=\"hint\">{} older dropped to make room</p>", mailbox.dropped()));
    }
}
