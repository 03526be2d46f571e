// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import dev.mailer.api.spi.HttpEndpoint.Response;

/** What magic addresses there are, and how tests read the mailbox. */
final class HelpPage {
    private static final String CONTENT = """
            <article class="card help">
            <h1>Help</h1>
            <h2>Magic addresses</h2>
            <p>Any recipient is kept here. What follows the last plus sign before the @ plays a failure, at any domain:</p>
            <table>
            <thead><tr><th>Address</th><th>What happens</th><th>Reply</th></tr></thead>
            <tbody>
            {}
            <tr><td><code>jo+451@…</code></td><td>Deferred, with any reply code from 400 to 499.</td><td>as asked</td></tr>
            <tr><td><code>jo+550@…</code></td><td>Rejected, with any reply code from 500 to 599.</td><td>as asked</td></tr>
            </tbody>
            </table>
            <p class="hint">A code plays the reply to RCPT TO, so a few mean what SMTP says they mean: 421 holds the whole destination, 530
            and 538 hold the transport, 552 without more is tried again. A mail that nobody accepted is not kept here, as it would not be anywhere else;
            the mailer's own trace has it.</p>
            <h2>From tests</h2>
            <table>
            <tbody>
            <tr><td><code>GET api/messages?q=…&amp;limit=…</code></td><td>Newest first; <code>q</code> searches sender, recipients, subject and text.</td></tr>
            <tr><td><code>GET api/messages/{id}</code></td><td>One message with headers, text, HTML and attachments; the id is its number or the id that <code>send</code> returned.</td></tr>
            <tr><td><code>DELETE api/messages/{id}</code></td><td>Deletes one message.</td></tr>
            <tr><td><code>DELETE api/messages</code></td><td>Deletes all.</td></tr>
            <tr><td><code>GET m/{number}/raw</code></td><td>The exact bytes.</td></tr>
            </tbody>
            </table>
            <h2>What it keeps</h2>
            <p>Everything is in memory and gone when the application ends. When the mailbox is full the oldest mail makes room, and the list says how
            often that happened. A mail's HTML is shown without scripts and forms, and loads pictures from elsewhere only when asked to.</p>
            </article>
            """;

    Response render() {
        Html rows = Html.join(MagicAddress.NAMED.stream().map(HelpPage::row).toList());
        Html content = Html.of(CONTENT, rows);
        return Responses.page(200, Layout.page("Help · Mailbox", "./", "", "narrow", content));
    }

    private static Html row(MagicAddress magic) {
        int code = magic.outcome().failure() == null
                ? 0
                : magic.outcome().failure().code();
        String reply =
                magic.outcome().failure() == null ? magic.reply() : code == 0 ? "none" : code + " " + magic.reply();
        return Html.of(
                "<tr><td><code>jo+{}@…</code></td><td>{}</td><td>{}</td></tr>\n",
                magic.suffix(),
                magic.meaning(),
                reply);
    }
}
