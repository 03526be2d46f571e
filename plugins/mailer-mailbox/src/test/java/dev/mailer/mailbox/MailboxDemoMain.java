// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint.Request;
import dev.mailer.api.spi.HttpEndpoint.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** Serves a mailbox with sample mail at /app/mailbox/, and an empty one at /empty/mailbox/, for looking at the pages. */
final class MailboxDemoMain {
    private MailboxDemoMain() {}

    public static void main(String[] args) throws IOException {
        int port = args.length == 0 ? 8025 : Integer.parseInt(args[0]);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        Mailbox full = new Mailbox(9, 1 << 24);
        Samples.fill(full);
        mount(server, "/app/mailbox", full);
        mount(server, "/empty/mailbox", new Mailbox(10, 1_000));
        server.start();
        System.out.println("http://127.0.0.1:" + port + "/app/mailbox/");
    }

    private static void mount(HttpServer server, String prefix, Mailbox mailbox) {
        MailboxEndpoint endpoint = new MailboxEndpoint("/mailbox", mailbox, FormGuard.create());
        server.createContext(prefix, exchange -> {
            try (exchange) {
                answer(exchange, endpoint.handle(request(exchange, prefix)));
            }
        });
    }

    private static Request request(HttpExchange exchange, String prefix) throws IOException {
        Map<String, String> query = new HashMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        for (String pair : (raw == null ? "" : raw).split("&", -1)) {
            String[] kv = pair.split("=", 2);
            query.put(decode(kv[0]), kv.length < 2 ? "" : decode(kv[1]));
        }
        Map<String, List<String>> headers = new HashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
        return new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath().substring(prefix.length()),
                query,
                headers,
                Bytes.wrap(exchange.getRequestBody().readAllBytes()),
                "127.0.0.1");
    }

    private static void answer(HttpExchange exchange, Response response) throws IOException {
        response.headers().forEach(exchange.getResponseHeaders()::set);
        int length = response.body().length();
        exchange.sendResponseHeaders(response.status(), length == 0 ? -1 : length);
        if (length > 0) {
            response.body().writeTo(exchange.getResponseBody());
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** What an application might send on a working day. */
    private static final class Samples {
        private static final String PNG =
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

        private static void fill(Mailbox mailbox) {
            for (int i = 0; i < 4; i++) {
                add(mailbox, 7_000, "jo@example.org", Mails.simple("Old mail " + i));
            }
            add(
                    mailbox,
                    5_400,
                    "ops+slow@example.org",
                    plain("Nightly Jobs <cron@ops.example.com>", "Backup finished in 4 min 12 s"));
            add(
                    mailbox,
                    4_000,
                    "mara@example.org",
                    plain("Mara Lindqvist <mara@studio.example>", "Re: Drafts for the spring catalogue"));
            add(
                    mailbox,
                    3_100,
                    "jo+ambiguous@example.org",
                    plain("Accounts <billing@example.com>", "Invoice 2026-0312 is due on Friday"));
            add(
                    mailbox,
                    2_400,
                    "jo@example.org",
                    plain(
                            "=?utf-8?Q?B=C3=BCro_K=C3=B6ln?= <buero@example.de>",
                            Mails.encodedWord("Überraschung für Jörg 🎉")));
            add(mailbox, 1_500, "jo@example.org", plain("Security <no-reply@example.com>", "Your sign-in code"));
            add(mailbox, 900, "jo@example.org", "To: jo@example.org\n\nNo sender and no subject.\n");
            add(
                    mailbox,
                    300,
                    "jo@example.org",
                    plain(
                            "Quarterly Report Generator with a rather long name <reports@very-long-subdomain.analytics.example.com>",
                            "The quarterly report that you asked for, with all regions, all products and every footnote, is ready to be downloaded now"));
            add(mailbox, 60, "jo@example.org", order());
        }

        private static String plain(String from, String subject) {
            return Mails.simple(subject).replace("Shop <shop@example.com>", from);
        }

        private static String order() {
            String html =
                    "<html><head><meta charset=utf-8></head><body style=\"margin:0;background:#f3f4f6;font-family:Helvetica,Arial,sans-serif\">"
                            + "<table width=100% cellpadding=0 cellspacing=0><tr><td align=center style=\"padding:32px 12px\">"
                            + "<table width=560 style=\"max-width:100%;background:#fff;border-radius:12px\" cellpadding=0 cellspacing=0>"
                            + "<tr><td style=\"padding:28px 32px;background:#0f766e;border-radius:12px 12px 0 0;color:#fff;font-size:20px;font-weight:bold\">"
                            + "<img src=\"cid:logo@shop\" width=22 height=22 style=\"vertical-align:middle;border-radius:6px\" alt=\"\"> &nbsp;Northwind Coffee</td></tr>"
                            + "<tr><td style=\"padding:28px 32px;color:#1f2937;font-size:16px;line-height:1.6\"><p style=\"margin-top:0\">Hello Jo,</p>"
                            + "<p>thank you for your order <b>4711</b>. It leaves our roastery tomorrow morning.</p>"
                            + "<table width=100% style=\"border-top:1px solid #e5e7eb;border-bottom:1px solid #e5e7eb;margin:20px 0;padding:12px 0\">"
                            + "<tr><td>Ethiopia Guji, 500 g</td><td align=right>€ 17.90</td></tr><tr><td>Paper filters, 100</td><td align=right>€ 4.20</td></tr>"
                            + "<tr><td><b>Total</b></td><td align=right><b>€ 22.10</b></td></tr></table>"
                            + "<p><a href=\"https://shop.example.com/orders/4711\" style=\"display:inline-block;padding:12px 22px;background:#0f766e;color:#fff;border-radius:8px;text-decoration:none\">Follow your parcel</a></p>"
                            + "<img src=\"https://shop.example.com/pixel.gif\" width=1 height=1 alt=\"\"><script>document.body.innerHTML='script ran'</script>"
                            + "</td></tr></table></td></tr></table></body></html>";
            return "From: Northwind Coffee <orders@shop.example.com>\nTo: Jo Doe <jo@example.org>, Sam <sam@example.org>\nReply-To: help@shop.example.com\n"
                    + "Subject: " + Mails.encodedWord("Your order 4711 is on its way ☕")
                    + "\nMessage-ID: <4711@shop.example.com>\nMIME-Version: 1.0\n"
                    + "List-Unsubscribe: <https://shop.example.com/u/1>\n"
                    + "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: multipart/related; boundary=r\n\n--r\nContent-Type: multipart/alternative; boundary=a\n\n"
                    + "--a\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nHello Jo,\n\nthank you for your order 4711. It leaves our roastery tomorrow morning.\n\nhttps://shop.example.com/orders/4711\n"
                    + "--a\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
                    + Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(html.getBytes(StandardCharsets.UTF_8))
                    + "\n--a--\n--r\nContent-Type: image/png; name=logo.png\nContent-ID: <logo@shop>\nContent-Disposition: inline; filename=logo.png\nContent-Transfer-Encoding: base64\n\n"
                    + PNG
                    + "\n--r--\n--m\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=\"Invoice 4711.pdf\"\nContent-Transfer-Encoding: base64\n\n"
                    + Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(new byte[48_213]) + "\n--m--\n";
        }

        private static void add(Mailbox mailbox, long secondsAgo, String recipient, String mail) {
            MailboxMessage model = Mails.add(new Mailbox(1, 1 << 24), Mails.bytes(mail), recipient);
            mailbox.add(number -> new MailboxMessage(
                    number,
                    new MessageId(new UUID(0x01977d3e5a007000L, 0x8000000000000000L + number)),
                    Instant.now().minusSeconds(secondsAgo),
                    model.sender(),
                    model.receipts(),
                    model.raw()));
        }
    }
}
