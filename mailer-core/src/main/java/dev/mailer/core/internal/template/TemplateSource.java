// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.core.internal.digest.Sha256;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The files of one template at one version; a file that is not there is null. Its bytes can be stored with a mail, so that the
 * mail renders the same after the folder has changed.
 *
 * @param version SHA-256 of the files in hex, shortened to 32 digits
 */
public record TemplateSource(
        String name,
        String version,
        @Nullable String subject,
        @Nullable String text,
        @Nullable String html) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int VERSION_DIGITS = 32;

    public TemplateSource {
        if (text == null && html == null) {
            throw new InvalidEmailException("template", "'" + name + "' has neither text.vm nor html.vm");
        }
    }

    /** The files of a template; the version follows from them. */
    public static TemplateSource of(
            String name, @Nullable String subject, @Nullable String text, @Nullable String html) {
        MessageDigest digest = Sha256.begin();
        for (String file : new @Nullable String[] {subject, text, html}) {
            byte[] content = file == null ? new byte[0] : Bytes.utf8(file).unsafeArray();
            digest.update(
                    Bytes.utf8((file == null ? "-" : content.length) + "\n").unsafeArray());
            digest.update(content);
        }
        String version = Bytes.wrap(digest.digest()).toHex().substring(0, VERSION_DIGITS);
        return new TemplateSource(name, version, subject, text, html);
    }

    /** Reads what {@link #toBytes()} has written. */
    public static TemplateSource read(Bytes bytes) {
        String name = "";
        String subject = null;
        String text = null;
        String html = null;
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes.unsafeArray())) {
            json.nextToken();
            for (String field = json.nextName(); field != null; field = json.nextName()) {
                json.nextToken();
                switch (field) {
                    case "name" -> name = json.getString();
                    case "subject" -> subject = json.getString();
                    case "text" -> text = json.getString();
                    case "html" -> html = json.getString();
                    default -> json.skipChildren();
                }
            }
        } catch (JacksonException e) {
            throw new IllegalStateException("a stored template does not parse", e);
        }
        return of(name, subject, text, html);
    }

    public Bytes toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("name", name);
            property(json, "subject", subject);
            property(json, "text", text);
            property(json, "html", html);
            json.writeEndObject();
        }
        return Bytes.wrap(out.toByteArray());
    }

    private static void property(JsonGenerator json, String name, @Nullable String value) {
        if (value != null) {
            json.writeStringProperty(name, value);
        }
    }
}
