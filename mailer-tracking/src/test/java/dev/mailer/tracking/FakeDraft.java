// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.Address;
import dev.mailer.api.Header;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Draft;
import dev.mailer.api.spi.Recipient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A mail to one recipient, to edit. */
public final class FakeDraft implements Draft {
    public static final long DELIVERY = 4711;
    static final Instant ACCEPTED = Instant.parse("2026-03-01T11:00:00Z");

    public final List<Header> headers = new ArrayList<>(List.of(new Header("From", "Shop <shop@example.com>")));
    private final Map<String, String> tags = new HashMap<>();
    private final String stream;
    private @Nullable Boolean opens;
    private @Nullable Boolean clicks;
    private String tenant = "default";
    public String recipient = "jo@example.org";
    public int attempt = 1;
    public boolean raw;

    @Nullable
    public String text;

    @Nullable
    public String html;

    public FakeDraft(String stream) {
        this.stream = stream;
    }

    static FakeDraft page(String html) {
        FakeDraft draft = new FakeDraft("broadcast");
        draft.html = html;
        return draft;
    }

    static FakeDraft plain(String text) {
        FakeDraft draft = new FakeDraft("broadcast");
        draft.text = text;
        return draft;
    }

    static FakeDraft finished() {
        FakeDraft draft = new FakeDraft("broadcast");
        draft.raw = true;
        return draft;
    }

    FakeDraft tag(String name, String value) {
        tags.put(name, value);
        return this;
    }

    FakeDraft opens(boolean on) {
        opens = on;
        return this;
    }

    FakeDraft clicks(boolean on) {
        clicks = on;
        return this;
    }

    FakeDraft tenant(String name) {
        tenant = name;
        return this;
    }

    @Override
    public MessageId messageId() {
        return new MessageId(UUID.fromString("01950000-0000-7000-8000-000000000001"));
    }

    @Override
    public Instant acceptedAt() {
        return ACCEPTED;
    }

    @Override
    public String tenant() {
        return tenant;
    }

    @Override
    public String stream() {
        return stream;
    }

    @Override
    public Map<String, String> tags() {
        return tags;
    }

    @Override
    public @Nullable Boolean trackOpens() {
        return opens;
    }

    @Override
    public @Nullable Boolean trackClicks() {
        return clicks;
    }

    @Override
    public List<Recipient> recipients() {
        return List.of(new Recipient(DELIVERY, Address.of(recipient), attempt));
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
        requireEditable();
        this.text = text;
    }

    @Override
    public @Nullable String html() {
        return html;
    }

    @Override
    public void html(String html) {
        requireEditable();
        this.html = html;
    }

    private void requireEditable() {
        if (raw) {
            throw new IllegalStateException("the body of a raw mail cannot be edited");
        }
    }

    @Override
    public boolean isRaw() {
        return raw;
    }
}
