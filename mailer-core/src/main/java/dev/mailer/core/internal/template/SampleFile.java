// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads variables from JSON: one object, with numbers as they come in over the HTTP API. */
public final class SampleFile {
    private static final JsonFactory JSON = new JsonFactory();

    private SampleFile() {}

    /**
     * The variables of a sample, in their order.
     *
     * @throws InvalidEmailException naming the file and the line
     */
    public static Map<String, @Nullable Object> parse(SourceFile file) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), file.content())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidEmailException("template", file.path() + " is no JSON object of variables");
            }
            Map<String, @Nullable Object> variables = map(json);
            if (json.nextToken() != null) {
                throw new InvalidEmailException("template", file.path() + " goes on behind its object of variables");
            }
            return variables;
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw new InvalidEmailException(
                    "template", file.path() + "[line " + line + "] is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static Map<String, @Nullable Object> map(JsonParser json) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            map.put(name, value(json));
        }
        return map;
    }

    private static @Nullable Object value(JsonParser json) {
        return switch (json.currentToken()) {
            case START_OBJECT -> map(json);
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(json));
                }
                yield list;
            }
            case VALUE_STRING -> json.getString();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getNumberValue();
            default -> null;
        };
    }
}
