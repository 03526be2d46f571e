// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import dev.mailer.api.spi.Draft;
import dev.mailer.api.spi.SendInterceptor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives the mail of lists the fields by which mail programs offer to unsubscribe (RFC 2369, RFC 8058, RFC 2919), and puts links where
 * authors ask for them. What a caller has set stays. Thread-safe.
 */
final class UnsubscribeHeaders implements SendInterceptor {
    private static final String UNSUBSCRIBE = "List-Unsubscribe";
    private static final String POST = "List-Unsubscribe-Post";
    private static final String ID = "List-Id";
    /** A line of a header has 998 characters at most (RFC 5322 §2.1.1), and an address is not to be folded. */
    private static final int MAX_LINK = 880;

    private final ListStreams streams;
    private final UnsubscribeLinks links;
    private final @Nullable String mailto;

    /** @param mailto the address that mail about unsubscribing goes to; null without one */
    UnsubscribeHeaders(ListStreams streams, UnsubscribeLinks links, @Nullable String mailto) {
        this.streams = streams;
        this.links = links;
        this.mailto = mailto;
    }

    @Override
    public boolean perRecipient(Draft draft) {
        String text = draft.text();
        String html = draft.html();
        return hasField(draft)
                || text != null && LinkPlaceholders.areIn(text)
                || html != null && LinkPlaceholders.areIn(html);
    }

    @Override
    public boolean usuallyPerRecipient(String tenant, String stream) {
        return streams.hasLinks(stream);
    }

    private boolean hasField(Draft draft) {
        return streams.hasLinks(draft.stream()) && draft.header(UNSUBSCRIBE) == null;
    }

    @Override
    public void edit(Draft draft) {
        Once of = new Once(() -> links.of(draft));
        if (hasField(draft)) {
            unsubscribe(draft, of.get());
        }
        listId(draft);
        String text = draft.text();
        if (text != null) {
            replace(text, LinkPlaceholders.inText(text, of), draft::text);
        }
        String html = draft.html();
        if (html != null) {
            replace(html, LinkPlaceholders.inHtml(html, of), draft::html);
        }
    }

    private void unsubscribe(Draft draft, UnsubscribeLinks.Links of) {
        String byMail = mailto == null ? "" : "<mailto:" + mailto + "?subject=unsubscribe%20" + of.token() + ">";
        boolean both = !byMail.isEmpty() && byMail.length() <= MAX_LINK;
        draft.setHeader(UNSUBSCRIBE, "<" + of.unsubscribe() + ">" + (both ? ", " + byMail : ""));
        // one click is for https alone (RFC 8058 §3.1)
        if (of.unsubscribe().regionMatches(true, 0, "https:", 0, 6)) {
            draft.setHeader(POST, "List-Unsubscribe=One-Click");
        }
    }

    private void listId(Draft draft) {
        String given = streams.listId(draft.stream());
        if (draft.header(ID) != null || (given == null && !streams.hasLinks(draft.stream()))) {
            return;
        }
        String value = given == null ? ListId.ofStream(draft.stream(), draft.header("From")) : given;
        if (value != null) {
            draft.setHeader(ID, value);
        }
    }

    private static void replace(String before, String after, Consumer<String> body) {
        if (!after.equals(before)) {
            body.accept(after);
        }
    }

    /** A token costs a cipher, and most mail needs none or the same one several times. */
    private static final class Once implements Supplier<UnsubscribeLinks.Links> {
        private final Supplier<UnsubscribeLinks.Links> source;
        private UnsubscribeLinks.@Nullable Links value;

        Once(Supplier<UnsubscribeLinks.Links> source) {
            this.source = source;
        }

        @Override
        public UnsubscribeLinks.Links get() {
            UnsubscribeLinks.Links made = value;
            if (made == null) {
                made = source.get();
                value = made;
            }
            return made;
        }
    }
}
