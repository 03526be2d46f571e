// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Header;
import dev.mailer.api.MessageId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A mail before it is composed: rendered, structured or raw. Interceptors edit it; what they do not touch stays equal to the
 * byte. Not thread-safe; belongs to one preparation.
 */
public interface Draft {
    MessageId messageId();

    /** When the mail was accepted; the same on every attempt. */
    Instant acceptedAt();

    String tenant();

    String stream();

    /** Labels of the mail. */
    default Map<String, String> tags() {
        return Map.of();
    }

    /** What the mail says about opens being tracked; null where the settings decide. */
    default @Nullable Boolean trackOpens() {
        return null;
    }

    /** The same about clicks. */
    default @Nullable Boolean trackClicks() {
        return null;
    }

    /** The deliveries these bytes are for; one only, where this interceptor or one before it asks for that by {@link
     * SendInterceptor#perRecipient}. */
    List<Recipient> recipients();

    /** All header fields in order; for raw mail those of its header block, unfolded and undecoded. */
    List<Header> headers();

    /** The first value of a field, compared without regard to case; null when it is absent. */
    @Nullable
    String header(String name);

    /** Replaces all fields of this name by one, at the place of the first, or at the end. */
    void setHeader(String name, String value);

    /** Adds a field at the end. */
    void addHeader(String name, String value);

    /** Removes all fields of this name. */
    void removeHeader(String name);

    /** The plain text; null when there is none or the mail is raw. */
    @Nullable
    String text();

    /** Replaces the plain text. Refused for raw mail. */
    void text(String text);

    /** The HTML; null when there is none or the mail is raw. */
    @Nullable
    String html();

    /** Replaces the HTML. Refused for raw mail. */
    void html(String html);

    /** True when the mail was given as finished MIME: headers can be edited, bodies cannot. */
    boolean isRaw();
}
