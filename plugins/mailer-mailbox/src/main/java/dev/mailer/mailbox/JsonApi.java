// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import dev.mailer.api.Address;
import dev.mailer.api.spi.HttpEndpoint.Request;
import dev.mailer.api.spi.HttpEndpoint.Response;
import dev.mailer.mailbox.mime.HeaderFields;
import dev.mailer.mailbox.mime.MimePart;
import dev.mailer.mailbox.mime.ParsedMail;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The mailbox as JSON, for tests that run outside the application. */
final class JsonApi {
    static final int DEFAULT_LIMIT = 50;

    private final Mailbox mailbox;

    JsonApi(Mailbox mailbox) {
        this.mailbox = mailbox;
    }

    /** Answers a path behind {@code /api/}. */
    Response handle(Request request, String path) {
        boolean delete = request.method().equals("DELETE");
        if (!delete && !request.method().equals("GET") && !request.method().equals("HEAD")) {
            return Responses.notAllowed("GET, HEAD, DELETE");
        }
        if (delete && !FormGuard.isOwnSite(request)) {
            return error(403, "the request comes from another site");
        }
        if (path.equals("messages")) {
            return delete ? clear() : list(request.query());
        }
        MailboxMessage message = path.startsWith("messages/") ? find(path.substring("messages/".length())) : null;
        if (message == null) {
            return error(404, "there is no such message");
        }
        if (delete) {
            mailbox.delete(message.number());
            return Responses.noContent();
        }
        return Responses.json(200, whole(message));
    }

    private Response clear() {
        mailbox.clear();
        return Responses.noContent();
    }

    private Response list(Map<String, String> query) {
        String words = query.getOrDefault("q", "");
        int limit = limit(query.getOrDefault("limit", ""));
        if (limit < 0) {
            return error(400, "limit must be a number from 0 to 999999");
        }
        List<MailboxMessage> found = words.isBlank() ? mailbox.messages() : mailbox.search(words);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("total", found.size());
        json.put("dropped", mailbox.dropped());
        json.put("newest", mailbox.lastNumber());
        json.put("messages", found.stream().limit(limit).map(JsonApi::summary).toList());
        return Responses.json(200, json);
    }

    /** By number, or by the id that {@code send} returned; the newest where a message came more than once. */
    private @Nullable MailboxMessage find(String id) {
        if (id.matches("[0-9]{1,18}")) {
            return mailbox.find(Long.parseLong(id));
        }
        for (MailboxMessage message : mailbox.messages()) {
            if (message.messageId().toString().equalsIgnoreCase(id)) {
                return message;
            }
        }
        return null;
    }

    private static Map<String, @Nullable Object> summary(MailboxMessage message) {
        Address sender = message.sender();
        Map<String, @Nullable Object> envelope = new LinkedHashMap<>();
        envelope.put("sender", sender == null ? null : sender.spec());
        envelope.put(
                "recipients", message.receipts().stream().map(JsonApi::receipt).toList());
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("number", message.number());
        json.put("id", message.messageId());
        json.put("receivedAt", message.receivedAt());
        json.put("size", message.size());
        json.put("from", message.from());
        json.put("to", message.to());
        json.put("subject", message.subject());
        json.put("envelope", envelope);
        return json;
    }

    private static Map<String, Object> receipt(MailboxMessage.Receipt receipt) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("address", receipt.address().spec());
        json.put("deliveryId", receipt.deliveryId());
        json.put("attempt", receipt.attempt());
        json.put("outcome", receipt.outcome());
        json.put("reply", receipt.reply());
        return json;
    }

    private static Map<String, @Nullable Object> whole(MailboxMessage message) {
        ParsedMail mail = message.parse();
        Map<String, @Nullable Object> json = summary(message);
        List<Map<String, Object>> headers = new ArrayList<>();
        for (HeaderFields.Field field : mail.root().header().all()) {
            Map<String, Object> header = new LinkedHashMap<>();
            header.put("name", field.name());
            header.put("value", field.decoded());
            headers.add(header);
        }
        json.put("headers", headers);
        json.put("text", mail.hasText() ? mail.text() : null);
        json.put("html", mail.hasHtml() ? mail.html() : null);
        json.put(
                "attachments",
                mail.attachments().stream().map(JsonApi::attachment).toList());
        json.put("notes", mail.notes());
        return json;
    }

    private static Map<String, Object> attachment(MimePart part) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("part", part.index());
        json.put("name", Downloads.nameOf(part));
        json.put("type", part.type());
        json.put("disposition", part.disposition());
        json.put("contentId", part.contentId());
        json.put("encodedSize", part.encodedSize());
        return json;
    }

    /** -1 when it is no number in range. */
    private static int limit(String given) {
        if (given.isEmpty()) {
            return DEFAULT_LIMIT;
        }
        return given.matches("[0-9]{1,6}") ? Integer.parseInt(given) : -1;
    }

    private static Response error(int status, String message) {
        return Responses.json(status, Map.of("error", message));
    }
}
