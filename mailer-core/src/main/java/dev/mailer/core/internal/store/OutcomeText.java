// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.EnhancedCode;
import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.UnreadableException;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What is known of an attempt or event, as the compact JSON of the columns {@code outcome} and {@code detail}.
 *
 * @param detail more facts by name
 */
record OutcomeText(
        @Nullable String transport,
        @Nullable Failure failure,
        @Nullable String reply,
        Map<String, String> detail) {
    static final JsonFactory JSON = new JsonFactory();

    static @Nullable String write(
            @Nullable String transport, @Nullable Failure failure, @Nullable String reply, Map<String, String> detail) {
        if (transport == null && failure == null && reply == null && detail.isEmpty()) {
            return null;
        }
        StringWriter out = new StringWriter(160);
        try (JsonGenerator g = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            g.writeStartObject();
            put(g, "transport", transport);
            put(g, "reply", reply);
            if (failure != null) {
                put(g, "reason", failure.reason());
                put(g, "phase", failure.phase().name());
                g.writeBooleanProperty("retryable", failure.retryable());
                if (failure.code() != 0) {
                    g.writeNumberProperty("code", failure.code());
                }
                EnhancedCode enhanced = failure.enhancedCode();
                put(g, "enhanced", enhanced == null ? null : enhanced.toString());
                put(g, "text", failure.text());
                put(g, "host", failure.remoteHost());
            }
            if (!detail.isEmpty()) {
                g.writeName("detail");
                writeMap(g, detail);
            }
            g.writeEndObject();
        }
        return out.toString();
    }

    static OutcomeText read(@Nullable String json) {
        if (json == null) {
            return new OutcomeText(null, null, null, Map.of());
        }
        Map<String, String> top = new HashMap<>();
        Map<String, String> detail = new LinkedHashMap<>();
        readFlat(json, top, detail);
        return new OutcomeText(top.get("transport"), failure(top), top.get("reply"), detail);
    }

    /** What begins like JSON is a reason of ours in the clear, which holds nothing of a mail; the rest is under the message's key. */
    static OutcomeText read(RowKey key, String place, @Nullable String stored) {
        if (stored == null || stored.startsWith("{")) {
            return read(stored);
        }
        if (key.isErased()) {
            return read(null);
        }
        try {
            return read(key.read(place, stored));
        } catch (UnreadableException e) {
            Failure failure = Failure.builder("unreadable", Phase.PREPARE)
                    .text(RowKey.unreadable(e))
                    .build();
            return new OutcomeText(null, failure, null, Map.of());
        }
    }

    static @Nullable String writeTags(Map<String, String> tags) {
        if (tags.isEmpty()) {
            return null;
        }
        StringWriter out = new StringWriter(64);
        try (JsonGenerator g = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            writeMap(g, tags);
        }
        return out.toString();
    }

    static Map<String, String> readTags(@Nullable String json) {
        if (json == null) {
            return Map.of();
        }
        Map<String, String> tags = new LinkedHashMap<>();
        readFlat(json, tags, new HashMap<>());
        return tags;
    }

    private static @Nullable Failure failure(Map<String, String> top) {
        String reason = top.get("reason");
        if (reason == null) {
            return null;
        }
        Failure.Builder b = Failure.builder(reason, phase(top.getOrDefault("phase", "")))
                .text(top.get("text"))
                .remoteHost(top.get("host"));
        if ("true".equals(top.get("retryable"))) {
            b.retryable();
        }
        String code = top.get("code");
        if (code != null) {
            b.code(Integer.parseInt(code));
        }
        String enhanced = top.get("enhanced");
        if (enhanced != null) {
            b.enhancedCode(EnhancedCode.find(enhanced));
        }
        return b.build();
    }

    private static Phase phase(String name) {
        for (Phase phase : Phase.values()) {
            if (phase.name().equals(name)) {
                return phase;
            }
        }
        return Phase.PREPARE;
    }

    static void put(JsonGenerator g, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            g.writeStringProperty(name, value);
        }
    }

    static void writeMap(JsonGenerator g, Map<String, String> map) {
        g.writeStartObject();
        map.forEach(g::writeStringProperty);
        g.writeEndObject();
    }

    /** Reads an object of scalars, and the scalars of one object inside it. */
    static void readFlat(String json, Map<String, String> top, Map<String, String> inner) {
        try (JsonParser p = JSON.createParser(ObjectReadContext.empty(), json)) {
            Map<String, String> into = top;
            String name = "";
            for (JsonToken t = p.nextToken(); t != null; t = p.nextToken()) {
                if (t == JsonToken.PROPERTY_NAME) {
                    name = p.currentName();
                } else if (t == JsonToken.START_OBJECT && !name.isEmpty()) {
                    into = inner;
                } else if (t == JsonToken.END_OBJECT) {
                    into = top;
                } else if (t.isScalarValue()) {
                    into.put(name, p.getString());
                }
            }
        }
    }
}
