// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.WebhookStore.Mail;
import dev.mailer.api.spi.WebhookStore.Texts;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** {@code {"event", "timestamp", "payload", "uuid"}}, for receivers that were written for Postal. */
final class PostalPayload {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int MAX_OUTPUT = 512;

    private PostalPayload() {}

    /** Postal's word for it; null where it has none. */
    static @Nullable String event(EventType type) {
        return switch (type) {
            case SENT -> "MessageSent";
            case DEFERRED -> "MessageDelayed";
            case FAILED, REJECTED, EXPIRED, CANCELLED -> "MessageDeliveryFailed";
            case SUPPRESSED, AMBIGUOUS -> "MessageHeld";
            case BOUNCED -> "MessageBounced";
            case CLICKED -> "MessageLinkClicked";
            case OPENED -> "MessageLoaded";
            default -> null;
        };
    }

    /**
     * What is not known is null; of a mail that was erased or cannot be read, which is said, that is all but its ids, the type and the times.
     *
     * @param mail null for an event about an address alone
     */
    static byte[] of(MailEvent event, @Nullable Mail mail, UUID uuid) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        String name = String.valueOf(event(event.type()));
        try (JsonGenerator g = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            g.writeStartObject();
            g.writeStringProperty("event", name);
            g.writeNumberProperty("timestamp", seconds(event.at()));
            g.writeObjectPropertyStart("payload");
            switch (event.type()) {
                case BOUNCED -> {
                    message(g, "original_message", event, mail);
                    bounce(g, event);
                }
                case CLICKED, OPENED -> {
                    message(g, "message", event, mail);
                    tracked(g, event);
                }
                default -> {
                    message(g, "message", event, mail);
                    delivery(g, event, Job.texts(event, mail));
                }
            }
            g.writeEndObject();
            g.writeStringProperty("uuid", uuid.toString());
            g.writeEndObject();
        }
        return out.toByteArray();
    }

    /** Of nothing that happened. */
    static byte[] test(String endpoint, Instant at, UUID uuid) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator g = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            g.writeStartObject();
            g.writeStringProperty("event", "WebhookTest");
            g.writeNumberProperty("timestamp", seconds(at));
            g.writeObjectPropertyStart("payload");
            g.writeStringProperty("endpoint_id", endpoint);
            g.writeEndObject();
            g.writeStringProperty("uuid", uuid.toString());
            g.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void tracked(JsonGenerator g, MailEvent event) {
        // empty where the mail was erased
        if (event.type() == EventType.CLICKED) {
            put(g, "url", event.detail().get("url"));
        }
        put(g, "ip_address", event.detail().get("address"));
        put(g, "user_agent", event.detail().get("userAgent"));
    }

    private static void delivery(JsonGenerator g, MailEvent event, Texts texts) {
        put(g, "status", status(event.type()));
        if (texts == Texts.READABLE) {
            Failure f = event.failure();
            String reply = event.detail().get("reply");
            String text = f == null || f.text() == null ? reply : f.text();
            put(g, "details", f == null ? "" : f.reason());
            put(g, "output", text == null ? "" : text.substring(0, Math.min(MAX_OUTPUT, text.length())));
        } else {
            put(g, "details", null);
            put(g, "output", null);
        }
        g.writeNumberProperty("timestamp", seconds(event.at()));
    }

    private static String status(EventType type) {
        return switch (type) {
            case SENT -> "Sent";
            case DEFERRED -> "SoftFail";
            case SUPPRESSED, AMBIGUOUS -> "Held";
            default -> "HardFail";
        };
    }

    /** The mail that told of it is not kept, if there was one. */
    private static void bounce(JsonGenerator g, MailEvent event) {
        g.writeObjectPropertyStart("bounce");
        g.writeNumberProperty("id", event.id());
        for (String unknown : List.of("token", "message_id", "to", "from", "subject", "tag")) {
            g.writeNullProperty(unknown);
        }
        g.writeStringProperty("direction", "incoming");
        g.writeNumberProperty("timestamp", seconds(event.at()));
        g.writeStringProperty("spam_status", "NotChecked");
        g.writeEndObject();
    }

    private static void message(JsonGenerator g, String name, MailEvent event, @Nullable Mail mail) {
        Texts texts = Job.texts(event, mail);
        boolean readable = texts == Texts.READABLE;
        g.writeObjectPropertyStart(name);
        g.writeNumberProperty("id", event.deliveryId());
        put(g, "token", event.messageId() == null ? "" : event.messageId().toString());
        g.writeStringProperty("direction", "outgoing");
        put(g, "message_id", mail == null ? null : mail.messageIdHeader().replaceAll("[<>]", ""));
        put(g, "to", readable ? event.recipient() : null);
        put(g, "from", mail == null ? null : mail.from());
        put(g, "subject", mail == null ? null : mail.subject());
        if (mail == null) {
            g.writeNullProperty("timestamp");
        } else {
            g.writeNumberProperty("timestamp", seconds(mail.acceptedAt()));
        }
        g.writeStringProperty("spam_status", "NotChecked");
        put(
                g,
                "tag",
                mail == null || mail.tags().isEmpty()
                        ? null
                        : new TreeMap<>(mail.tags()).firstEntry().getValue());
        if (!readable) {
            g.writeBooleanProperty(texts == Texts.ERASED ? "erased" : "unreadable", true);
        }
        g.writeEndObject();
    }

    private static BigDecimal seconds(Instant at) {
        return BigDecimal.valueOf(at.toEpochMilli(), 3);
    }

    private static void put(JsonGenerator g, String name, @Nullable String value) {
        if (value == null) {
            g.writeNullProperty(name);
        } else {
            g.writeStringProperty(name, value);
        }
    }
}
