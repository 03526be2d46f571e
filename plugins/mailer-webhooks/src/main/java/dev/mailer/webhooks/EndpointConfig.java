// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.EventType;
import dev.mailer.api.Secret;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * An endpoint as it is stored: options, secrets, and whether settings own it. Immutable.
 *
 * @param keys the newest first
 * @param named true for one that settings or a program have made
 */
record EndpointConfig(WebhookOptions options, List<Key> keys, boolean named) {
    private static final JsonFactory JSON = new JsonFactory();
    /** Of how it is written. What a later one says may be more than this one understands, so it is not read. */
    private static final String VERSION = "1";

    /** Secrets that sign beside each other; of more the oldest go. */
    private static final int MOST_KEYS = 4;

    EndpointConfig {
        keys = List.copyOf(keys);
    }

    /**
     * A secret.
     *
     * @param until when a former one is used no more; null for the current one
     */
    record Key(Secret secret, @Nullable Instant until) {}

    /** The secrets that sign at an instant. */
    List<Secret> secrets(Instant now) {
        return keys.stream()
                .filter(k -> k.until == null || k.until.isAfter(now))
                .map(Key::secret)
                .toList();
    }

    /** What it signs with from now on unless something else is asked for. */
    SigningKind kind() {
        return SigningKind.of(keys.get(0).secret());
    }

    /** The same with a new secret, beside which the former ones go on to sign for a while. */
    EndpointConfig rotated(Secret key, Instant now) {
        List<Key> rotated = new ArrayList<>();
        rotated.add(new Key(key, null));
        for (Key former : keys) {
            Instant until = former.until == null ? now.plus(Webhooks.ROTATION) : former.until;
            if (!former.secret.equals(key) && until.isAfter(now) && rotated.size() < MOST_KEYS) {
                rotated.add(new Key(former.secret, until));
            }
        }
        return new EndpointConfig(options, rotated, named);
    }

    Secret write() {
        StringWriter out = new StringWriter();
        try (JsonGenerator g = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            g.writeStartObject();
            g.writeStringProperty("version", VERSION);
            g.writeStringProperty("url", options.url());
            g.writeStringProperty("format", options.format().name());
            g.writeStringProperty("description", options.description());
            g.writeStringProperty("named", String.valueOf(named));
            list(g, "types", options.types().stream().map(EventType::name).toList());
            list(g, "streams", List.copyOf(options.streams()));
            g.writeObjectPropertyStart("headers");
            options.headers().forEach(g::writeStringProperty);
            g.writeEndObject();
            g.writeObjectPropertyStart("keys");
            for (Key key : keys) {
                g.writeStringProperty(key.secret.reveal(), key.until == null ? "" : key.until.toString());
            }
            g.writeEndObject();
            g.writeEndObject();
        }
        return Secret.of(out.toString());
    }

    private static void list(JsonGenerator g, String name, List<String> values) {
        g.writeArrayPropertyStart(name);
        new TreeSet<>(values).forEach(g::writeString);
        g.writeEndArray();
    }

    /** Null for what this version cannot read, or what cannot be decrypted. */
    static @Nullable EndpointConfig read(Secret stored) {
        Map<String, String> texts = new LinkedHashMap<>();
        Map<String, Set<String>> lists = new LinkedHashMap<>();
        Map<String, Map<String, String>> maps = new LinkedHashMap<>();
        try (JsonParser p = JSON.createParser(ObjectReadContext.empty(), stored.reveal())) {
            if (p.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            for (String name = p.nextName(); name != null; name = p.nextName()) {
                switch (p.nextToken()) {
                    case START_ARRAY -> lists.put(name, strings(p));
                    case START_OBJECT -> maps.put(name, members(p));
                    default -> texts.put(name, p.getString());
                }
            }
            return of(texts, lists, maps);
        } catch (JacksonException | IllegalArgumentException | java.time.DateTimeException e) {
            return null;
        }
    }

    private static Set<String> strings(JsonParser p) {
        Set<String> strings = new LinkedHashSet<>();
        while (p.nextToken() != JsonToken.END_ARRAY) {
            strings.add(p.getString());
        }
        return strings;
    }

    private static Map<String, String> members(JsonParser p) {
        Map<String, String> members = new LinkedHashMap<>();
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            members.put(name, p.getString());
        }
        return members;
    }

    private static EndpointConfig of(
            Map<String, String> texts, Map<String, Set<String>> lists, Map<String, Map<String, String>> maps) {
        if (!VERSION.equals(texts.get("version"))) {
            throw new IllegalArgumentException("another version");
        }
        Set<EventType> types = new LinkedHashSet<>();
        lists.getOrDefault("types", Set.of()).forEach(t -> types.add(EventType.valueOf(t)));
        List<Key> keys = new ArrayList<>();
        maps.getOrDefault("keys", Map.of())
                .forEach((secret, until) ->
                        keys.add(new Key(Secret.of(secret), until.isEmpty() ? null : Instant.parse(until))));
        WebhookOptions options = WebhookOptions.to(texts.getOrDefault("url", ""))
                .format(WebhookFormat.valueOf(texts.getOrDefault("format", "STANDARD")))
                .description(texts.getOrDefault("description", ""))
                .types(types)
                .streams(lists.getOrDefault("streams", Set.of()))
                .headers(maps.getOrDefault("headers", Map.of()))
                .build();
        return new EndpointConfig(options, keys, Boolean.parseBoolean(texts.get("named")));
    }
}
