// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a mail says: given literally, made from a template, or as finished MIME. */
public sealed interface Content {
    /** Text, HTML or both, with attachments. At least one of text and HTML is there. */
    record Literal(@Nullable String text, @Nullable String html, List<Attachment> attachments) implements Content {
        public Literal {
            attachments = List.copyOf(attachments);
            if (text == null && html == null) {
                throw new InvalidEmailException("content", "there is none; give text, html, template or raw");
            }
        }
    }

    /**
     * A template by name with its variables; subject, text and HTML come from the template unless the mail has a subject of
     * its own. A null version is pinned to the current one at acceptance, so that every attempt renders the same.
     *
     * @param variables maps, lists, strings, numbers, booleans and null, nested; anything else is refused. Copied through and
     *     through, so that what the caller changes later does not change the mail
     */
    record Templated(
            String template,
            @Nullable String version,
            Map<String, @Nullable Object> variables,
            List<Attachment> attachments)
            implements Content {
        public Templated {
            if (Fields.line("template", template, Email.MAX_TEMPLATE).isBlank()) {
                throw new InvalidEmailException("template", "the name is blank");
            }
            if (version != null
                    && Fields.line("templateVersion", version, Email.MAX_TEMPLATE)
                            .isBlank()) {
                throw new InvalidEmailException("templateVersion", "is blank");
            }
            variables = Variables.copyOf("template", variables);
            attachments = List.copyOf(attachments);
        }
    }

    /** A finished message (RFC 5322), sent as given but for bare line ends, which become CRLF, and Bcc, which is removed. */
    final class Raw implements Content {
        private final byte[] mime;

        private Raw(byte[] mime) {
            this.mime = mime;
        }

        /** The bytes are copied. */
        public static Raw of(byte[] mime) {
            if (mime.length == 0) {
                throw new InvalidEmailException("raw", "the message is empty");
            }
            return new Raw(mime.clone());
        }

        public int size() {
            return mime.length;
        }

        public InputStream open() {
            return new ByteArrayInputStream(mime);
        }

        /** The array itself, for code that only reads it; must not be changed. */
        public byte[] unsafeArray() {
            return mime;
        }

        @Override
        public String toString() {
            return "Raw[" + mime.length + " bytes]";
        }
    }
}
