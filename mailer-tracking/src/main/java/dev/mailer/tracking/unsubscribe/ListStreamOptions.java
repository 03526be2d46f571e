// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import dev.mailer.api.MailerConfigException;
import org.jspecify.annotations.Nullable;

/** What is set about the mail of a stream. Not thread-safe. */
public final class ListStreamOptions {
    private static final int MAX_TITLE = 200;

    private final String stream;

    @Nullable
    Boolean linked;

    @Nullable
    String listId;

    @Nullable
    String title;

    ListStreamOptions(String stream) {
        this.stream = stream;
    }

    /** Its mail can be unsubscribed from: it has the fields of lists. So it is by default for {@value UnsubscribeBuilder#DEFAULT_STREAM}. */
    public ListStreamOptions unsubscribe() {
        this.linked = true;
        return this;
    }

    /** Its mail has no such fields. So it is by default for all other streams. */
    public ListStreamOptions noUnsubscribe() {
        this.linked = false;
        return this;
    }

    /**
     * The value of List-Id (RFC 2919): {@code news.example.com}, or {@code Our news <news.example.com>}. By default the stream's name at the
     * domain of the sender, where the stream can be unsubscribed from.
     *
     * @throws MailerConfigException it is neither
     */
    public ListStreamOptions listId(String id) {
        String field = ListId.field(id);
        if (field == null) {
            throw new MailerConfigException(
                    "streams." + stream + ".listId",
                    "'" + id + "' is no name of a list such as news.example.com or Our news <news.example.com>");
        }
        this.listId = field;
        return this;
    }

    /** What the pages call it, at most 200 characters; its name by default. */
    public ListStreamOptions title(String text) {
        if (text.isBlank() || text.length() > MAX_TITLE) {
            throw new MailerConfigException(
                    "unsubscribe.titles." + stream, "has " + text.length() + " characters, not 1 to " + MAX_TITLE);
        }
        this.title = text;
        return this;
    }
}
