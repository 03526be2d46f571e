// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the API speaks it: snake case, and bounds on whatever comes in. */
public final class Json {
    /** Deepest nesting of a request. */
    public static final int MAX_DEPTH = 64;

    /**
     * Most tokens of a request: values, names, and the two ends of each list and object. An empty list is two octets of a body
     * and some fifty of memory, so the size alone bounds nothing.
     */
    public static final long MAX_TOKENS = 1_000_000;

    /** Writes responses, and reads what is our own. */
    public static final JsonMapper MAPPER = mapper(1 << 30, Long.MAX_VALUE);

    private static final int EMPTY_OBJECT = 80;
    private static final int EMPTY_LIST = 48;
    private static final int ENTRY = 24;

    private final JsonMapper reader;

    /** Reads documents of at most this many bytes. */
    Json(long maxBytes) {
        this.reader = mapper((int) Math.min(Integer.MAX_VALUE, maxBytes), MAX_TOKENS);
    }

    private static JsonMapper mapper(int maxLength, long maxTokens) {
        StreamReadConstraints bounds = StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxTokenCount(maxTokens)
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

    /** What the tree of a body takes in memory, roughly and rather more, beside its texts. */
    static long treeSize(byte[] body) {
        long size = 0;
        for (byte b : body) {
            size += switch (b) {
                case '{' -> EMPTY_OBJECT;
                case '[' -> EMPTY_LIST;
                case ',' -> ENTRY;
                default -> 0;
            };
        }
        return size;
    }

    JsonNode read(byte[] body) {
        try (JsonParser parser = reader.createParser(body)) {
            return read(parser);
        } catch (JacksonException e) {
            throw refused(e.getLocation());
        }
    }

    private JsonNode read(JsonParser parser) {
        try {
            JsonNode tree = reader.readTree(parser);
            if (tree == null || tree.isMissingNode()) {
                throw ApiException.of(400, "validation_error", "The body is empty; expected JSON.");
            }
            if (parser.nextToken() != null) {
                throw refused(parser.currentTokenLocation());
            }
            return tree;
        } catch (StreamConstraintsException e) {
            if (parser.currentTokenCount() > MAX_TOKENS) {
                throw ApiException.of(
                        413,
                        "validation_error",
                        "The body has more than " + MAX_TOKENS
                                + " values, names and brackets; send the content of attachments as base64 text.");
            }
            throw e;
        }
    }

    private static ApiException refused(@Nullable TokenStreamLocation at) {
        String place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return ApiException.of(
                400,
                "validation_error",
                "The body is not JSON that is accepted here" + place + ": names must not repeat, and nesting ends at "
                        + MAX_DEPTH + " levels.");
    }
}
