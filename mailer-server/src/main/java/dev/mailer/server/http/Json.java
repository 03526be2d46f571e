// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the API speaks it: snake case, and bounds on whatever comes in. */
public final class Json {
    /** Deepest nesting of a request. */
    public static final int MAX_DEPTH = 64;

    /** Writes responses. */
    public static final JsonMapper MAPPER = mapper(1 << 30);

    private final JsonMapper reader;

    /** Reads documents of at most this many bytes. */
    Json(long maxBytes) {
        this.reader = mapper((int) Math.min(Integer.MAX_VALUE, maxBytes));
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

    JsonNode read(byte[] body) {
        try {
            JsonNode tree = reader.readTree(body);
            if (tree.isMissingNode()) {
                throw ApiException.of(400, "validation_error", "The body is empty; expected JSON.");
            }
            return tree;
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            String place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw ApiException.of(
                    400,
                    "validation_error",
                    "The body is not JSON that is accepted here" + place
                            + ": names must not repeat, and nesting ends at " + MAX_DEPTH + " levels.");
        }
    }
}
