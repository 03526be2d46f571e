// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.EnhancedCode;
import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.WebhookStore.Mail;
import dev.mailer.api.spi.WebhookStore.Texts;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** {@code {"type", "timestamp", "created_at", "data"}}. Fields are in a fixed order and absent where there is nothing to say. */
final class StandardPayload {
    private static final JsonFactory JSON = new JsonFactory();

    private StandardPayload() {}

    /**
     * Of a mail that was erased or cannot be read there are its ids, the type and the times, and it is said which of the two it is.
     *
     * @param mail null for an event about an address alone
     */
    static byte[] of(MailEvent event, @Nullable Mail mail) {
        Texts texts = Job.texts(event, mail);
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator g = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            g.writeStartObject();
            g.writeStringProperty("type", EventWords.of(event.type()));
            g.writeStringProperty("timestamp", event.at().toString());
            g.writeStringProperty("created_at", event.at().toString());
            g.writeObjectPropertyStart("data");
            g.writeNumberProperty("event_id", event.id());
            g.writeStringProperty("tenant", event.tenant());
            put(g, "stream", event.stream());
            put(g, "email_id", event.messageId());
            mail(g, mail);
            if (event.deliveryId() != 0) {
                g.writeNumberProperty("delivery_id", event.deliveryId());
            }
            if (event.attempt() > 0) {
                g.writeNumberProperty("attempt", event.attempt());
            }
            if (texts == Texts.READABLE) {
                texts(g, event, mail);
            } else {
                g.writeBooleanProperty(texts == Texts.ERASED ? "erased" : "unreadable", true);
            }
            g.writeEndObject();
            g.writeEndObject();
        }
        return out.toByteArray();
    }

    /** Of nothing that happened. */
    static byte[] test(String endpoint, Instant at) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator g = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            g.writeStartObject();
            g.writeStringProperty("type", "webhook.test");
            g.writeStringProperty("timestamp", at.toString());
            g.writeObjectPropertyStart("data");
            g.writeStringProperty("endpoint_id", endpoint);
            g.writeEndObject();
            g.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void mail(JsonGenerator g, @Nullable Mail mail) {
        if (mail != null) {
            put(g, "message_id", mail.messageIdHeader());
            put(g, "created_at", mail.acceptedAt());
        }
    }

    private static void texts(JsonGenerator g, MailEvent event, @Nullable Mail mail) {
        if (mail != null) {
            put(g, "from", mail.from());
            put(g, "subject", mail.subject());
            map(g, "tags", mail.tags());
        }
        recipient(g, event);
        put(g, "transport", event.transport());
        failure(g, event.failure());
        special(g, event);
        map(g, "detail", event.detail());
    }

    private static void recipient(JsonGenerator g, MailEvent event) {
        String recipient = event.recipient();
        if (recipient != null && !recipient.isEmpty()) {
            g.writeArrayPropertyStart("to");
            g.writeString(recipient);
            g.writeEndArray();
        }
    }

    private static void failure(JsonGenerator g, @Nullable Failure f) {
        if (f == null) {
            return;
        }
        g.writeStringProperty("reason", f.reason());
        g.writeStringProperty("phase", f.phase().name().toLowerCase(Locale.ROOT));
        g.writeBooleanProperty("retryable", f.retryable());
        if (f.code() != 0) {
            g.writeNumberProperty("code", f.code());
        }
        EnhancedCode enhanced = f.enhancedCode();
        put(g, "enhanced_code", enhanced == null ? null : enhanced.toString());
        put(g, "text", f.text());
        put(g, "remote_host", f.remoteHost());
    }

    /** What receivers of Resend's webhooks look at. */
    private static void special(JsonGenerator g, MailEvent event) {
        Failure f = event.failure();
        if (event.type() == EventType.BOUNCED) {
            g.writeObjectPropertyStart("bounce");
            g.writeStringProperty("message", f == null || f.text() == null ? "" : f.text());
            g.writeStringProperty("type", f != null && f.retryable() ? "Transient" : "Permanent");
            g.writeStringProperty("subType", "General");
            g.writeEndObject();
        } else if (event.type() == EventType.CLICKED) {
            g.writeObjectPropertyStart("click");
            put(g, "link", event.detail().get("url"));
            put(g, "ipAddress", event.detail().get("address"));
            put(g, "userAgent", event.detail().get("userAgent"));
            g.writeStringProperty("timestamp", event.at().toString());
            g.writeEndObject();
        } else if (event.type() == EventType.FAILED) {
            g.writeObjectPropertyStart("failed");
            g.writeStringProperty("reason", f == null ? "" : f.reason());
            g.writeEndObject();
        }
    }

    private static void map(JsonGenerator g, String name, Map<String, String> values) {
        if (!values.isEmpty()) {
            g.writeObjectPropertyStart(name);
            new TreeMap<>(values).forEach(g::writeStringProperty);
            g.writeEndObject();
        }
    }

    private static void put(JsonGenerator g, String name, @Nullable Object value) {
        if (value != null) {
            g.writeStringProperty(name, value.toString());
        }
    }
}
