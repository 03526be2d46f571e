// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the API speaks it: snake case, and bounds on whatever comes in. */
public final class Json {
    /** Deepest nesting of a request. */
    public static final int MAX_DEPTH = 64;

    /** Writes responses, and reads what is our own. */
    public static final JsonMapper MAPPER = mapper(1 << 30);

    private final JsonMapper reader;

    /** @param maxText longest text in a document */
    Json(long maxText) {
        this.reader = mapper((int) Math.min(Integer.MAX_VALUE, maxText));
    }

    private static JsonMapper mapper(int maxLength) {
        StreamReadConstraints bounds = StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxStringLength(maxLength)
                .maxNumberLength(100)
                .maxNameLength(1_000)
                .build();
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(bounds)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        return JsonMapper.builder(factory)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    JsonNode read(BoundedBody body) {
        try (JsonParser parser = reader.createParser(body)) {
            return new TreeReader(parser, body).document();
        } catch (JacksonIOException e) {
            throw endedEarly();
        } catch (JacksonException e) {
            throw refused(e.getLocation());
        }
    }

    /** Whoever sent it is gone, or does not write HTTP. */
    static ApiException endedEarly() {
        return ApiException.of(400, "validation_error", "The body ended early.");
    }

    static ApiException refused(@Nullable TokenStreamLocation at) {
        String place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return ApiException.of(
                400,
                "validation_error",
                "The body is not JSON that is accepted here" + place + ": names must not repeat, and nesting ends at "
                        + MAX_DEPTH + " levels.");
    }
}
