// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint.Response;
import dev.mailer.mailbox.mime.MimePart;
import dev.mailer.mailbox.mime.PartContent;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a mail itself wrote, as responses: only its HTML is ever shown in place, everything else is for saving. */
final class Downloads {
    /** Types that keep their name when saved; all others go as bytes. */
    private static final Set<String> HARMLESS = Set.of(
            "application/pdf",
            "application/zip",
            "image/gif",
            "image/jpeg",
            "image/png",
            "image/webp",
            "text/calendar",
            "text/csv",
            "text/plain");

    private Downloads() {}

    static Response html(MailboxMessage message, boolean remotePictures) {
        String html = HtmlPreview.of(message.parse()).html();
        return Responses.mailHtml(html, remotePictures ? "data: http: https:" : "data:");
    }

    static Response eml(MailboxMessage message) {
        return Responses.download(
                "message/rfc822",
                FileNames.safe(message.subject(), "message-" + message.number()) + ".eml",
                message.raw());
    }

    /** The decoded content of one part; null when there is no such part. */
    static @Nullable Response part(MailboxMessage message, String index) {
        if (!index.matches("[0-9]{1,4}")) {
            return null;
        }
        MimePart part = message.parse().part(Integer.parseInt(index));
        if (part == null) {
            return null;
        }
        byte[] content = PartContent.decode(part, Math.max(1, message.size())).bytes();
        String type = HARMLESS.contains(part.type()) ? part.type() : "application/octet-stream";
        return Responses.download(type, nameOf(part), Bytes.wrap(content));
    }

    /** What the part is saved as. */
    static String nameOf(MimePart part) {
        String ending = switch (part.type()) {
            case "text/plain" -> "txt";
            case "text/html" -> "html";
            case "text/calendar" -> "ics";
            case "image/png" -> "png";
            case "image/jpeg" -> "jpg";
            case "image/gif" -> "gif";
            case "application/pdf" -> "pdf";
            case "message/rfc822" -> "eml";
            default -> "bin";
        };
        return FileNames.safe(part.fileName(), "part-" + part.index() + "." + ending);
    }
}
