// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Webhooks as lines for people. */
final class WebhookText {
    private WebhookText() {}

    static String endpoint(JsonNode e) {
        StringBuilder line = new StringBuilder(e.path("id").asString())
                .append("  ")
                .append(e.path("status").asString())
                .append("  ")
                .append(e.path("endpoint").asString())
                .append("  ")
                .append(e.path("events").isEmpty() ? "all events" : names(e.path("events")));
        if (!e.path("streams").isEmpty()) {
            line.append(" of ").append(names(e.path("streams")));
        }
        if (!e.path("format").asString("standard").equals("standard")) {
            line.append("  format ").append(e.path("format").asString());
        }
        line.append("  ").append(e.path("waiting").asInt()).append(" waiting");
        if (!e.path("reason").asString("").isEmpty()) {
            line.append("  (").append(e.path("reason").asString()).append(')');
        }
        if (e.path("failures").asInt() > 0) {
            line.append("  ").append(e.path("failures").asInt()).append(" failures in a row");
        }
        if (!e.path("description").asString("").isEmpty()) {
            line.append("  ").append(e.path("description").asString());
        }
        if (e.path("signing_secret").isString()) {
            line.append("\nsigning secret, shown this once: ")
                    .append(e.path("signing_secret").asString());
        }
        e.path("public_keys").forEach(key -> line.append("\nverified with: ").append(key.asString()));
        return line.toString();
    }

    private static String names(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).collect(Collectors.joining(", "));
    }

    static String delivery(JsonNode d) {
        StringBuilder line = new StringBuilder(d.path("event_id").asString())
                .append("  ")
                .append(d.path("created_at").asString())
                .append("  ")
                .append(d.path("type").asString())
                .append("  ")
                .append(d.path("status").asString())
                .append("  attempts ")
                .append(d.path("attempt_count").asInt());
        if (d.path("next_attempt_at").isString()) {
            line.append("  next ").append(d.path("next_attempt_at").asString());
        }
        d.path("attempts").forEach(a -> line.append("\n  ").append(attempt(a)));
        return line.toString();
    }

    static String attempt(JsonNode a) {
        return a.path("at").asString() + "  " + a.path("result").asString()
                + (a.path("status_code").isNumber()
                        ? " " + a.path("status_code").asInt()
                        : "") + "  "
                + a.path("took_millis").asLong() + " ms"
                + (a.path("excerpt").asString("").isEmpty()
                        ? ""
                        : "  " + a.path("excerpt").asString());
    }
}
