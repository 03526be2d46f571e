// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.core.internal.digest.Sha256;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * All that one template consists of in one language, at one version: its files, its layouts and its messages. Its bytes can be
 * stored with a mail, so that the mail renders the same after the folder has changed. Immutable.
 *
 * @param version SHA-256 of files and messages in hex, shortened to 32 digits
 */
public record TemplateSource(
        String name, String version, Map<Part, SourceFile> files, SortedMap<String, String> messages) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int VERSION_DIGITS = 32;

    public TemplateSource {
        files = Collections.unmodifiableMap(new EnumMap<>(files));
        messages = Collections.unmodifiableSortedMap(new TreeMap<>(messages));
        if (!files.containsKey(Part.TEXT) && !files.containsKey(Part.HTML) && !files.containsKey(Part.MJML)) {
            throw new InvalidEmailException("template", "'" + name + "' has neither text.vm nor html.vm");
        }
    }

    /** Files and messages of a template; the version follows from them. */
    public static TemplateSource of(String name, Map<Part, SourceFile> files, SortedMap<String, String> messages) {
        MessageDigest digest = Sha256.begin();
        for (Part part : Part.values()) {
            SourceFile file = files.get(part);
            if (file == null && (part == Part.MJML || part == Part.MJML_LAYOUT)) {
                // Templates without are of the version that they always were.
                continue;
            }
            add(digest, file == null ? null : file.path());
            add(digest, file == null ? null : file.content());
        }
        messages.forEach((key, message) -> {
            add(digest, key);
            add(digest, message);
        });
        String version = Bytes.wrap(digest.digest()).toHex().substring(0, VERSION_DIGITS);
        return new TemplateSource(name, version, files, messages);
    }

    /** A template of its own files only. */
    public static TemplateSource of(
            String name, @Nullable String subject, @Nullable String text, @Nullable String html) {
        Map<Part, SourceFile> files = new EnumMap<>(Part.class);
        put(files, name, Part.SUBJECT, subject);
        put(files, name, Part.TEXT, text);
        put(files, name, Part.HTML, html);
        return of(name, files, Collections.emptySortedMap());
    }

    private static void put(Map<Part, SourceFile> files, String name, Part part, @Nullable String content) {
        if (content != null) {
            files.put(part, new SourceFile(name + "/" + part.file(""), content));
        }
    }

    private static void add(MessageDigest digest, @Nullable String text) {
        byte[] content = text == null ? new byte[0] : Bytes.utf8(text).unsafeArray();
        digest.update(Bytes.utf8((text == null ? "-" : content.length) + "\n").unsafeArray());
        digest.update(content);
    }

    /** Reads what {@link #toBytes()} has written. */
    public static TemplateSource read(Bytes bytes) {
        String name = "";
        Map<Part, SourceFile> files = new EnumMap<>(Part.class);
        SortedMap<String, String> messages = new TreeMap<>();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes.unsafeArray())) {
            json.nextToken();
            for (String field = json.nextName(); field != null; field = json.nextName()) {
                json.nextToken();
                switch (field) {
                    case "name" -> name = json.getString();
                    case "messages" -> messages.putAll(strings(json));
                    default -> {
                        if (!file(field, json, files)) {
                            json.skipChildren();
                        }
                    }
                }
            }
        } catch (JacksonException e) {
            throw new IllegalStateException("a stored template does not parse", e);
        }
        return of(name, files, messages);
    }

    private static boolean file(String field, JsonParser json, Map<Part, SourceFile> files) {
        for (Part part : Part.values()) {
            if (part.key().equals(field)) {
                Map<String, String> file = strings(json);
                files.put(part, new SourceFile(file.getOrDefault("path", ""), file.getOrDefault("content", "")));
                return true;
            }
        }
        return false;
    }

    private static Map<String, String> strings(JsonParser json) {
        Map<String, String> strings = new TreeMap<>();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            strings.put(name, json.getString());
        }
        return strings;
    }

    public Bytes toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("name", name);
            files.forEach((part, file) -> {
                json.writeName(part.key());
                json.writeStartObject();
                json.writeStringProperty("path", file.path());
                json.writeStringProperty("content", file.content());
                json.writeEndObject();
            });
            json.writeName("messages");
            json.writeStartObject();
            messages.forEach(json::writeStringProperty);
            json.writeEndObject();
            json.writeEndObject();
        }
        return Bytes.wrap(out.toByteArray());
    }

    @Nullable
    SourceFile file(Part part) {
        return files.get(part);
    }
}
