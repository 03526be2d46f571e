// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import dev.mailer.api.Address;
import dev.mailer.api.Header;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Draft;
import dev.mailer.api.spi.Recipient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A draft to edit. */
final class FakeDraft implements Draft {
    final List<Header> headers = new ArrayList<>(List.of(new Header("From", "Shop <shop@example.com>")));
    final String stream;
    String recipient = "jo@example.org";
    int attempt = 1;
    boolean raw;

    @Nullable
    String text;

    @Nullable
    String html;

    FakeDraft(String stream) {
        this.stream = stream;
    }

    @Override
    public MessageId messageId() {
        return new MessageId(new UUID(0x7000L, 0x8000000000000000L));
    }

    @Override
    public Instant acceptedAt() {
        return Instant.EPOCH;
    }

    @Override
    public String tenant() {
        return "default";
    }

    @Override
    public String stream() {
        return stream;
    }

    @Override
    public List<Recipient> recipients() {
        return List.of(new Recipient(7, Address.of(recipient), attempt));
    }

    @Override
    public List<Header> headers() {
        return List.copyOf(headers);
    }

    @Override
    public @Nullable String header(String name) {
        return headers.stream()
                .filter(h -> h.name().equalsIgnoreCase(name))
                .map(Header::value)
                .findFirst()
                .orElse(null);
    }

    @Override
    public void setHeader(String name, String value) {
        removeHeader(name);
        addHeader(name, value);
    }

    @Override
    public void addHeader(String name, String value) {
        headers.add(new Header(name, value));
    }

    @Override
    public void removeHeader(String name) {
        headers.removeIf(h -> h.name().equalsIgnoreCase(name));
    }

    @Override
    public @Nullable String text() {
        return text;
    }

    @Override
    public void text(String text) {
        if (raw) {
            throw new IllegalStateException("raw");
        }
        this.text = text;
    }

    @Override
    public @Nullable String html() {
        return html;
    }

    @Override
    public void html(String html) {
        if (raw) {
            throw new IllegalStateException("raw");
        }
        this.html = html;
    }

    @Override
    public boolean isRaw() {
        return raw;
    }
}
