// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.Address;
import dev.mailer.api.Header;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Draft;
import dev.mailer.api.spi.Recipient;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A mail of the stream broadcast to one recipient. */
final class FakeDraft implements Draft {
    static final Instant ACCEPTED = Instant.parse("2026-03-01T11:00:00Z");

    private final Map<String, String> headers = new HashMap<>();
    private final Map<String, String> tags = new HashMap<>();
    private @Nullable String text;
    private @Nullable String html;
    private @Nullable Boolean opens;
    private @Nullable Boolean clicks;
    private boolean raw;
    private String tenant = "default";

    static FakeDraft page(String html) {
        FakeDraft draft = new FakeDraft();
        draft.html = html;
        return draft;
    }

    static FakeDraft plain(String text) {
        FakeDraft draft = new FakeDraft();
        draft.text = text;
        return draft;
    }

    static FakeDraft finished() {
        FakeDraft draft = new FakeDraft();
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
        return "broadcast";
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
        return List.of(new Recipient(4711, Address.parse("jo@example.org"), 1));
    }

    @Override
    public List<Header> headers() {
        return headers.entrySet().stream()
                .map(e -> new Header(e.getKey(), e.getValue()))
                .toList();
    }

    @Override
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    @Override
    public void setHeader(String name, String value) {
        headers.put(name, value);
    }

    @Override
    public void addHeader(String name, String value) {
        headers.put(name, value);
    }

    @Override
    public void removeHeader(String name) {
        headers.remove(name);
    }

    @Override
    public @Nullable String text() {
        return text;
    }

    @Override
    public void text(String text) {
        this.text = text;
    }

    @Override
    public @Nullable String html() {
        return html;
    }

    @Override
    public void html(String html) {
        if (raw) {
            throw new IllegalStateException("the body of a raw mail cannot be edited");
        }
        this.html = html;
    }

    @Override
    public boolean isRaw() {
        return raw;
    }
}
