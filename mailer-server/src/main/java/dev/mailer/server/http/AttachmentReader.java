// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.Attachment;
import dev.mailer.api.InvalidEmailException;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads one attachment: content as base64, as a list of bytes, or as Node writes a Buffer. {@link TreeReader} has made bytes of
 * such a list, unless something else is in it. Nothing is fetched.
 */
final class AttachmentReader {
    private static final String ERROR = "invalid_attachment";
    private static final String DEFAULT_NAME = "attachment";

    private AttachmentReader() {}

    static Attachment read(JsonNode node, String path, List<String> unknown) {
        JsonFields fields = new JsonFields(node, path);
        if (fields.has("path")) {
            throw ApiException.field(
                    ERROR, fields.path("path"), "is not supported: nothing is fetched for a mail; send `content`.");
        }
        JsonNode content = fields.node("content");
        if (content == null) {
            throw ApiException.field(ERROR, fields.path("content"), "is missing.");
        }
        byte[] bytes = bytes(fields.path("content"), content);
        String name = fields.string("filename");
        String type = fields.string("content_type");
        String id = fields.string("content_id");
        String pythonId = fields.string("inline_content_id");
        unknown.addAll(fields.unknown());
        try {
            return attachment(name == null ? DEFAULT_NAME : name, type, id == null ? pythonId : id, bytes);
        } catch (InvalidEmailException e) {
            throw ApiException.field(ERROR, path, EmailReader.problem(e));
        }
    }

    private static Attachment attachment(String name, @Nullable String type, @Nullable String contentId, byte[] bytes) {
        Attachment.Source source = () -> new ByteArrayInputStream(bytes);
        Attachment plain = Attachment.of(name, type == null ? Attachment.DEFAULT_TYPE : type, source);
        if (type == null) {
            plain = Attachment.of(name, Attachment.of(name, new byte[0]).contentType(), source);
        }
        return contentId == null ? plain : plain.inline(contentId);
    }

    private static byte[] bytes(String path, JsonNode content) {
        if (content.isString()) {
            return base64(ERROR, path, content.stringValue());
        }
        if (content.isObject() && content.path("type").asString("").equals("Buffer")) {
            return octets(path + ".data", content.path("data"));
        }
        return octets(path, content);
    }

    static byte[] base64(String error, String path, String text) {
        try {
            return Base64.getDecoder().decode(withoutBlanks(text));
        } catch (IllegalArgumentException e) {
            throw ApiException.field(error, path, "is not base64.");
        }
    }

    private static String withoutBlanks(String text) {
        boolean folded = text.chars().anyMatch(c -> c == '\r' || c == '\n' || c == ' ');
        return folded ? text.replaceAll("[\r\n ]", "") : text;
    }

    private static byte[] octets(String path, JsonNode list) {
        if (list.isBinary()) {
            return list.binaryValue();
        }
        if (!list.isArray()) {
            throw ApiException.field(
                    ERROR, path, "must be base64, a list of bytes, or {\"type\":\"Buffer\",\"data\":[…]}.");
        }
        byte[] bytes = new byte[list.size()];
        for (int i = 0; i < bytes.length; i++) {
            JsonNode octet = list.get(i);
            if (!octet.isInt() || octet.intValue() < 0 || octet.intValue() > 255) {
                throw ApiException.field(ERROR, path + "[" + i + "]", "is not a byte from 0 to 255.");
            }
            bytes[i] = (byte) octet.intValue();
        }
        return bytes;
    }
}
