// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples;

import dev.mailer.api.MailTemplate;
import dev.mailer.api.Mailer;
import dev.mailer.api.MessageId;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** Shows subject, text and HTML from a folder of templates. */
public final class TemplatesMain {
    private TemplatesMain() {}

    /** The arguments are the folder of templates and a transport. */
    public static void main(String[] args) {
        String[] given = Arguments.require(2, "FOLDER TRANSPORT", args);
        System.out.println(send(Path.of(given[0]), given[1]));
    }

    static String send(Path folder, String transport) {
        try (MailerEngine mailer =
                Mailers.builder().transport(transport).templates(folder).build()) {
            return String.valueOf(mailer.await(receipt(mailer), Duration.ofSeconds(30)));
        }
    }

    // tag::templates[]
    static MessageId receipt(Mailer mailer) {
        Map<String, Object> variables = Map.of(
                "name", "Jo & Sam",
                "order", Map.of("number", 4711, "total", "22.10"),
                "items", List.of("Coffee", "Paper filters"));
        return mailer.send(mail ->
                        mail.from("shop@example.com").to("jo@example.org").template("receipt", variables))
                .id();
    }
    // end::templates[]

    // tag::record[]
    @MailTemplate("receipt")
    record Receipt(String name, Order order, List<String> items) {}

    record Order(long number, BigDecimal total, LocalDate due) {}

    static MessageId typed(Mailer mailer, Receipt receipt) {
        return mailer.send(mail ->
                        mail.from("shop@example.com").to("jo@example.org").template(receipt))
                .id();
    }
    // end::record[]

    // tag::locale[]
    static MessageId german(Mailer mailer, Map<String, Object> variables) {
        return mailer.send(mail -> mail.from("shop@example.com")
                        .to("jo@example.at")
                        .locale("de-AT")
                        .template("receipt", variables))
                .id();
    }
    // end::locale[]

    // tag::text-from-html[]
    static MessageId page(Mailer mailer, String html) {
        return mailer.send(mail -> mail.from("shop@example.com")
                        .to("jo@example.org")
                        .subject("News")
                        .html(html)
                        .textFromHtml())
                .id();
    }
    // end::text-from-html[]
}
