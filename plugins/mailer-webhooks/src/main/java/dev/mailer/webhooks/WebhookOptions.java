// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.EventType;
import dev.mailer.api.spi.EventFilter;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** What an endpoint is to be told, and where. Immutable; checked when it is stored. */
public final class WebhookOptions {
    private final String url;
    private final Set<EventType> types;
    private final Set<String> streams;
    private final WebhookFormat format;
    private final Map<String, String> headers;
    private final String description;

    private WebhookOptions(Builder b) {
        this.url = b.url;
        this.types = Set.copyOf(b.types);
        this.streams = Set.copyOf(b.streams);
        this.format = b.format;
        this.headers = Map.copyOf(b.headers);
        this.description = b.description;
    }

    /** Where requests go: {@code https}, or {@code http} where that is allowed. */
    public static Builder to(String url) {
        return new Builder(url);
    }

    public String url() {
        return url;
    }

    /** Empty for all. */
    public Set<EventType> types() {
        return types;
    }

    /** Empty for all. */
    public Set<String> streams() {
        return streams;
    }

    public WebhookFormat format() {
        return format;
    }

    /** Sent along with each request; may hold secrets. */
    public Map<String, String> headers() {
        return new TreeMap<>(headers);
    }

    /** For people. */
    public String description() {
        return description;
    }

    /** The same again, to be changed. */
    public Builder toBuilder() {
        Builder b = new Builder(url).format(format).description(description);
        b.types.addAll(types);
        b.streams.addAll(streams);
        b.headers.putAll(headers);
        return b;
    }

    EventFilter filter(String tenant) {
        return new EventFilter(tenant, types, streams);
    }

    @Override
    public String toString() {
        return "WebhookOptions[" + format + ", " + types + "]";
    }

    /** Collects {@link WebhookOptions}; not thread-safe. */
    public static final class Builder {
        private String url;
        private final Set<EventType> types = new LinkedHashSet<>();
        private final Set<String> streams = new LinkedHashSet<>();
        private final Map<String, String> headers = new LinkedHashMap<>();
        private WebhookFormat format = WebhookFormat.STANDARD;
        private String description = "";

        private Builder(String url) {
            this.url = Objects.requireNonNull(url, "url");
        }

        public Builder url(String url) {
            this.url = Objects.requireNonNull(url, "url");
            return this;
        }

        /** In place of those before; empty for all. */
        public Builder types(Set<EventType> types) {
            this.types.clear();
            this.types.addAll(types);
            return this;
        }

        public Builder types(EventType... types) {
            return types(Set.of(types));
        }

        /** In place of those before; empty for all. */
        public Builder streams(Set<String> streams) {
            this.streams.clear();
            this.streams.addAll(streams);
            return this;
        }

        public Builder format(WebhookFormat format) {
            this.format = format;
            return this;
        }

        /** In place of those before. */
        public Builder headers(Map<String, String> headers) {
            this.headers.clear();
            this.headers.putAll(headers);
            return this;
        }

        public Builder header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        public Builder description(String description) {
            this.description = description;
            return this;
        }

        public WebhookOptions build() {
            return new WebhookOptions(this);
        }
    }
}
