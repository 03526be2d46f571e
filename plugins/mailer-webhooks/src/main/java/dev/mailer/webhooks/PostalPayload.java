// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.WebhookStore.Mail;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.time.Instant;
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

    /** @param mail null for an event about an address alone */
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
                    message(g, "original_message", event, mail, "outgoing");
                    message(g, "bounce", event, mail, "incoming");
                }
                case CLICKED, OPENED -> {
                    message(g, "message", event, mail, "outgoing");
                    tracked(g, event);
                }
                default -> {
                    message(g, "message", event, mail, "outgoing");
                    delivery(g, event);
                }
            }
            g.writeEndObject();
            g.writeStringProperty("uuid", uuid.toString());
            g.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void tracked(JsonGenerator g, MailEvent event) {
        if (event.type() == EventType.CLICKED) {
            put(g, "url", event.detail().get("url"));
        }
        put(g, "ip_address", event.detail().get("ip"));
        put(g, "user_agent", event.detail().get("userAgent"));
    }

    private static void delivery(JsonGenerator g, MailEvent event) {
        Failure f = event.failure();
        String reply = event.detail().get("reply");
        String text = f == null || f.text() == null ? reply : f.text();
        put(g, "status", status(event.type()));
        put(g, "details", f == null ? "" : f.reason());
        put(g, "output", text == null ? "" : text.substring(0, Math.min(MAX_OUTPUT, text.length())));
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

    private static void message(JsonGenerator g, String name, MailEvent event, @Nullable Mail mail, String direction) {
        g.writeObjectPropertyStart(name);
        g.writeNumberProperty("id", event.deliveryId());
        put(g, "token", event.messageId() == null ? "" : event.messageId().toString());
        g.writeStringProperty("direction", direction);
        put(g, "message_id", mail == null ? null : mail.messageIdHeader().replaceAll("[<>]", ""));
        put(g, "to", event.recipient());
        put(g, "from", mail == null ? null : mail.from());
        put(g, "subject", mail == null ? null : mail.subject());
        g.writeNumberProperty("timestamp", seconds(mail == null ? event.at() : mail.acceptedAt()));
        g.writeStringProperty("spam_status", "NotChecked");
        put(
                g,
                "tag",
                mail == null || mail.tags().isEmpty()
                        ? null
                        : new TreeMap<>(mail.tags()).firstEntry().getValue());
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
