// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The API's JSON as lines for people. */
final class MailText {
    private MailText() {}

    /** A mail: its outcome, then one line for each recipient. */
    static List<String> status(JsonNode email) {
        List<String> lines = new ArrayList<>();
        lines.add(text(email, "id") + "  " + text(email, "last_event"));
        lines.add("  from     " + text(email, "from"));
        if (!email.path("subject").isNull()) {
            lines.add("  subject  " + text(email, "subject"));
        }
        lines.add("  accepted " + iso(text(email, "created_at")) + ", stream " + text(email, "stream"));
        for (JsonNode delivery : email.path("deliveries")) {
            lines.add("  " + delivery(delivery));
        }
        hits(email).forEach(line -> lines.add("  " + line));
        return lines;
    }

    /** How often a mail was opened and clicked; nothing where it was not. */
    static List<String> hits(JsonNode email) {
        List<String> lines = new ArrayList<>();
        for (String kind : List.of("opens", "clicks")) {
            JsonNode hits = email.path(kind);
            if (hits.path("all").asLong(0) > 0) {
                lines.add(kind + " " + text(hits, "all") + ", by people " + text(hits, "by_people"));
            }
        }
        return lines;
    }

    /** A mail in a list of them. */
    static String row(JsonNode mail) {
        StringBuilder line = new StringBuilder(text(mail, "id"));
        line.append("  ").append(iso(text(mail, "created_at")));
        line.append("  ").append(String.format("%-16s", text(mail, "last_event")));
        line.append("  ").append(mail.path("to").path(0).asString(""));
        int others = mail.path("to").size() - 1;
        line.append(others > 0 ? " and " + others + " more" : "");
        append(line, "  ", mail, "subject");
        return line.toString();
    }

    /** Resend's form of an instant in the one of all other times here. */
    private static String iso(String resend) {
        return resend.replace(' ', 'T').replace("000+00", "Z").replace("+00", "Z");
    }

    private static String delivery(JsonNode d) {
        StringBuilder line = new StringBuilder();
        line.append(text(d, "to")).append("  ").append(text(d, "state"));
        line.append("  (delivery ").append(text(d, "id")).append(", attempts ").append(text(d, "attempts"));
        append(line, ", via ", d, "transport");
        append(line, ", next ", d, "next_attempt_at");
        line.append(')');
        append(line, "  ", d, "reply");
        JsonNode failure = d.path("failure");
        if (failure.isObject()) {
            line.append("  ").append(failure(failure));
        }
        return line.toString();
    }

    /** One event of a timeline. */
    static String event(JsonNode event) {
        StringBuilder line = new StringBuilder();
        line.append(text(event, "created_at")).append("  ").append(text(event, "type"));
        append(line, "  ", event, "to");
        append(line, "  attempt ", event, "attempt");
        append(line, "  via ", event, "transport");
        if (!event.path("reason").isNull()) {
            line.append("  ").append(failure(event));
        }
        for (Map.Entry<String, JsonNode> e : event.path("detail").properties()) {
            line.append("\n    ").append(e.getKey()).append(": ");
            String value = e.getValue().asString("");
            line.append(value.indexOf('\n') < 0 ? value : "\n" + value.indent(6).stripTrailing());
        }
        return line.toString();
    }

    /** How far a webhook was told of an event. */
    static String told(JsonNode told) {
        StringBuilder line = new StringBuilder("    webhook ")
                .append(text(told, "webhook"))
                .append(": ")
                .append(text(told, "status"));
        append(line, " ", told, "status_code");
        if (!told.path("status").asString("").equals(told.path("result").asString(""))) {
            append(line, ", ", told, "result");
        }
        append(line, ", ", told, "at");
        append(line, ", attempts ", told, "attempt_count");
        append(line, ", next ", told, "next_attempt_at");
        return line.toString();
    }

    /** What keeps a delivery back. */
    static String hold(JsonNode hold) {
        StringBuilder line =
                new StringBuilder("delivery ").append(text(hold, "delivery_id")).append(" waits");
        append(line, " until ", hold, "until");
        return line.append(": ").append(text(hold, "reason")).toString();
    }

    static String lane(JsonNode lane) {
        return String.format(
                "%-20s ready %6s  waiting %6s  sending %4s  oldest ready %ss",
                text(lane, "stream"),
                text(lane, "ready"),
                text(lane, "waiting"),
                text(lane, "sending"),
                text(lane, "oldest_ready_seconds"));
    }

    static String parked(JsonNode queue) {
        String until = queue.path("until").isNull() ? "resumed" : text(queue, "until");
        return "held: " + text(queue, "stream") + "/" + text(queue, "domain") + " until " + until + ": "
                + text(queue, "reason");
    }

    static String site(JsonNode site) {
        StringBuilder line = new StringBuilder(String.format(
                "%-40s connections %3s  resting %3s  most %4s",
                text(site, "site"), text(site, "connections"), text(site, "resting"), text(site, "most")));
        append(line, "  suspended until ", site, "suspended_until");
        append(line, "  lowered until ", site, "lowered_until");
        append(line, "  by ", site, "rule");
        append(line, ": ", site, "reply");
        return line.toString();
    }

    static String tls(JsonNode count) {
        StringBuilder line = new StringBuilder(String.format(
                "%s  %-40s %-16s good %6s",
                text(count, "day"), text(count, "domain"), text(count, "policy"), text(count, "successes")));
        count.path("failures")
                .propertyStream()
                .forEach(f -> line.append("  ").append(f.getKey()).append(' ').append(f.getValue()));
        return line.toString();
    }

    private static String failure(JsonNode f) {
        StringBuilder line = new StringBuilder(text(f, "reason")).append(" at ").append(text(f, "phase"));
        append(line, ", host ", f, "remote_host");
        append(line, ", ", f, "code");
        append(line, " ", f, "enhanced_code");
        append(line, ": ", f, "text");
        return line.toString();
    }

    private static void append(StringBuilder line, String before, JsonNode object, String name) {
        JsonNode value = object.path(name);
        String text = value.asString("");
        if (!value.isNull() && !text.isEmpty()) {
            line.append(before).append(text);
        }
    }

    static String text(JsonNode object, String name) {
        return object.path(name).asString("");
    }
}
