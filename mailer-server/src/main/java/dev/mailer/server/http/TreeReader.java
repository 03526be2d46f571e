// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds the tree of a request and counts its tokens: an empty list is two octets of a body and some fifty of memory, so that
 * the size alone bounds nothing. The content of an attachment that comes as a list of bytes becomes bytes as it is read and
 * is bounded by the size, because as a tree of numbers it would take many times as much. Used once.
 */
final class TreeReader {
    /** Most tokens: values, names, and the two ends of each list and object, without the bytes of attachments. */
    static final long MAX_TOKENS = 1_000_000;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Memory of nodes, roughly and rather more. */
    private static final int OBJECT = 80;

    private static final int LIST = 48;
    private static final int ENTRY = 24;

    private final JsonParser parser;
    private final BoundedBody body;
    private long tokens;

    TreeReader(JsonParser parser, BoundedBody body) {
        this.parser = parser;
        this.body = body;
    }

    JsonNode document() {
        if (parser.nextToken() == null) {
            throw ApiException.of(400, "validation_error", "The body is empty; expected JSON.");
        }
        JsonNode tree = value();
        if (parser.nextToken() != null) {
            throw Json.refused(parser.currentTokenLocation());
        }
        return tree;
    }

    /** The value that begins with the current token. */
    private JsonNode value() {
        token();
        return switch (parser.currentToken()) {
            case START_OBJECT -> object();
            case START_ARRAY -> {
                boolean octets = isContent();
                parser.nextToken();
                yield octets ? octets() : rest(NODES.arrayNode());
            }
            case VALUE_STRING -> NODES.stringNode(parser.getString());
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> throw Json.refused(parser.currentTokenLocation());
        };
    }

    private void token() {
        tokens++;
        if (tokens > MAX_TOKENS) {
            throw ApiException.of(
                    413,
                    "validation_error",
                    "The body has more than " + MAX_TOKENS
                            + " values, names and brackets, beside the bytes of attachments.");
        }
    }

    private ObjectNode object() {
        body.made(OBJECT);
        ObjectNode object = NODES.objectNode();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            token();
            body.made(ENTRY);
            parser.nextToken();
            object.set(name, value());
        }
        token();
        return object;
    }

    /** What is left of a list, from the current token on. */
    private ArrayNode rest(ArrayNode list) {
        body.made(LIST);
        while (parser.currentToken() != JsonToken.END_ARRAY) {
            body.made(ENTRY);
            list.add(value());
            parser.nextToken();
        }
        token();
        return list;
    }

    private JsonNode integer() {
        return switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            default -> NODES.numberNode(parser.getBigIntegerValue());
        };
    }

    /**
     * True for the list at {@code attachments[].content} or {@code attachments[].content.data} of a mail or of one in a list. Looks
     * at six steps at most and makes no text of them: there may be very many lists.
     */
    private boolean isContent() {
        TokenStreamContext at = parser.streamReadContext().getParent();
        if ("data".equals(at.currentName())) {
            at = at.getParent();
        }
        if (!"content".equals(at.currentName())) {
            return false;
        }
        TokenStreamContext attachments = at.getParent();
        if (!attachments.inArray()) {
            return false;
        }
        TokenStreamContext mail = attachments.getParent();
        if (!"attachments".equals(mail.currentName())) {
            return false;
        }
        TokenStreamContext around = mail.getParent();
        return around.inRoot() || (around.inArray() && around.getParent().inRoot());
    }

    /** Bytes; or the list as it is when something else is among them, for whoever says so. */
    private JsonNode octets() {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        while (parser.currentToken() != JsonToken.END_ARRAY) {
            int octet = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                            && parser.getNumberType() == JsonParser.NumberType.INT
                    ? parser.getIntValue()
                    : -1;
            if (octet < 0 || octet > 255) {
                return rest(numbers(octets.toByteArray()));
            }
            octets.write(octet);
            body.octet(octet);
            parser.nextToken();
        }
        token();
        return NODES.binaryNode(octets.toByteArray());
    }

    private ArrayNode numbers(byte[] octets) {
        ArrayNode list = NODES.arrayNode();
        for (byte octet : octets) {
            token();
            body.made(ENTRY);
            list.add(octet & 0xff);
        }
        return list;
    }
}
