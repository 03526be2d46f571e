// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the fields of one JSON object by name and type, remembers which names were asked for, and knows the object's path, so
 * that every error and warning names its field. Null counts as absent. Not thread-safe.
 */
final class JsonFields {
    private final JsonNode object;
    private final String prefix;
    private final Set<String> known = new HashSet<>();

    /** @param path of the object; empty for the body itself */
    JsonFields(JsonNode object, String path) {
        if (!object.isObject()) {
            throw path.isEmpty()
                    ? ApiException.of(422, "validation_error", "The body must be an object, not " + kind(object) + ".")
                    : ApiException.field("validation_error", path, "must be an object, not " + kind(object) + ".");
        }
        this.object = object;
        this.prefix = path.isEmpty() ? "" : path + ".";
    }

    /** The full path of a field, such as {@code attachments[0].content}. */
    String path(String name) {
        return prefix + name;
    }

    @Nullable
    JsonNode node(String name) {
        known.add(name);
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    boolean has(String name) {
        return node(name) != null;
    }

    @Nullable
    String string(String name) {
        JsonNode value = node(name);
        return value == null ? null : string(path(name), value);
    }

    String required(String name) {
        String value = string(name);
        if (value == null) {
            throw ApiException.missing(path(name));
        }
        return value;
    }

    /** A string or a list of strings, by path. */
    Map<String, String> strings(String name) {
        Map<String, String> all = new LinkedHashMap<>();
        JsonNode value = node(name);
        if (value == null) {
            return all;
        }
        if (value.isArray()) {
            List<JsonNode> items = items(name);
            for (int i = 0; i < items.size(); i++) {
                String path = path(name) + "[" + i + "]";
                all.put(path, string(path, items.get(i)));
            }
        } else if (value.isString()) {
            all.put(path(name), value.stringValue());
        } else {
            throw wrongType(path(name), "a string or a list of strings", value);
        }
        return all;
    }

    /** The items of a list; empty when absent. */
    List<JsonNode> items(String name) {
        JsonNode value = node(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrongType(path(name), "a list", value);
        }
        return List.copyOf(value.values());
    }

    /** The fields of an object within; null when absent. */
    @Nullable
    JsonFields object(String name) {
        JsonNode value = node(name);
        return value == null ? null : new JsonFields(value, path(name));
    }

    /** An object whose values are all strings. */
    Map<String, String> texts(String name) {
        Map<String, String> all = new LinkedHashMap<>();
        JsonNode value = node(name);
        if (value == null) {
            return all;
        }
        if (!value.isObject()) {
            throw wrongType(path(name), "an object", value);
        }
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            all.put(entry.getKey(), string(path(name) + "." + entry.getKey(), entry.getValue()));
        }
        return all;
    }

    @Nullable
    Instant instant(String name) {
        String text = string(name);
        if (text == null) {
            return null;
        }
        try {
            return Times.parse(text);
        } catch (DateTimeException e) {
            throw ApiException.field("validation_error", path(name), "must be " + Times.FORM + ".");
        }
    }

    @Nullable
    Boolean flag(String name) {
        JsonNode value = node(name);
        if (value == null) {
            return null;
        }
        if (!value.isBoolean()) {
            throw wrongType(path(name), "true or false", value);
        }
        return value.booleanValue();
    }

    <E extends Enum<E>> @Nullable E choice(String name, Class<E> type) {
        String text = string(name);
        if (text == null) {
            return null;
        }
        List<String> allowed = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            String word = constant.name().toLowerCase(Locale.ROOT);
            if (word.equals(text)) {
                return constant;
            }
            allowed.add(word);
        }
        throw ApiException.field("validation_error", path(name), "must be one of " + String.join(", ", allowed) + ".");
    }

    /** Paths of fields that nobody asked for. */
    List<String> unknown() {
        return object.propertyNames().stream()
                .filter(name -> !known.contains(name))
                .map(this::path)
                .toList();
    }

    static ApiException wrongType(String path, String expected, JsonNode value) {
        return ApiException.field("validation_error", path, "must be " + expected + ", not " + kind(value) + ".");
    }

    private static String string(String path, JsonNode value) {
        if (!value.isString()) {
            throw wrongType(path, "a string", value);
        }
        return value.stringValue();
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "a list";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            case NUMBER -> "a number";
            case OBJECT -> "an object";
            default -> "a string";
        };
    }
}
