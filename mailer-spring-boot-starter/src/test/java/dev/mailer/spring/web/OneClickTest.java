// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.web;

import static dev.mailer.spring.web.PagesApp.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Email;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.MailerEngine;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The requests of RFC 8058 §8 unsubscribe, whatever else of the application would read a form. */
class OneClickTest {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String BOUNDARY = "---FormBoundaryjWmhtjORrn";
    private static final String PARTS = "multipart/form-data; boundary=" + BOUNDARY;

    @ParameterizedTest
    @CsvSource({"servlet, false", "servlet, true", "reactive, false", "reactive, true"})
    void one_click_unsubscribes_in_both_forms(String type, boolean methodFilter) throws Exception {
        try (PagesApp app = start(type, methodFilter)) {
            assertThat(unsubscribes(app, "jo@example.org", FORM, "List-Unsubscribe=One-Click"))
                    .isTrue();
            assertThat(unsubscribes(app, "ann@example.org", PARTS, parts("--" + BOUNDARY)))
                    .isTrue();
            assertThat(unsubscribes(app, "as-printed@example.org", PARTS, parts(BOUNDARY)))
                    .isTrue();
            assertThat(unsubscribes(app, "page@example.org", FORM, "action=unsubscribe"))
                    .isTrue();
            assertThat(unsubscribes(app, "other@example.org", FORM, "List-Unsubscribe=Two-Clicks"))
                    .isFalse();
        }
    }

    private static String parts(String delimiter) {
        return delimiter + "\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n"
                + delimiter + "--\r\n";
    }

    private static boolean unsubscribes(PagesApp app, String recipient, String type, String body) throws Exception {
        MailerEngine mailer = app.mailer();
        mailer.await(
                mailer.send(Email.builder().from("news@example.com").to(recipient).subject("News").text("x").stream(
                                        "broadcast")
                                .build())
                        .id(),
                Duration.ofMinutes(1));
        String link = path(app.sent(), "/u/[A-Za-z0-9_-]+");
        HttpResponse<String> answer = app.send("POST", link, body, "Content-Type", type);
        boolean listed = mailer.suppressions().entries("default", recipient).stream()
                .map(Suppression::stream)
                .anyMatch("broadcast"::equals);
        assertThat(answer.statusCode() == 200).as(answer.body()).isEqualTo(listed);
        return listed;
    }

    private static PagesApp start(String type, boolean methodFilter) {
        return new PagesApp(
                type,
                List.of(),
                "--spring.mvc.hiddenmethod.filter.enabled=" + methodFilter,
                "--spring.webflux.hiddenmethod.filter.enabled=" + methodFilter);
    }
}
