// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Subscriptions.Change;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which mail programs send one click. */
class OneClickExamplesTest {
    private final Site site = new Site();
    private final String page = "/" + Site.token("broadcast");

    @Test
    void the_examples_of_rfc_8058_unsubscribe() throws IOException {
        List<String> requests = Corpora.strings("rfc/rfc8058-section-8-one-click.json", "request");
        assertThat(requests).hasSize(3);

        for (String request : requests) {
            int end = request.indexOf("\r\n\r\n");
            String type = request.substring(0, end)
                    .lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-type:"))
                    .map(line -> line.substring(13).strip())
                    .findFirst()
                    .orElseThrow();
            site.ledger().changes.clear();

            assertThat(site.post(page, type, request.substring(end + 4)).status())
                    .isEqualTo(200);
            assertThat(site.ledger().changes).extracting(Change::streams).containsExactly(Set.of("broadcast"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n",
                "preamble\r\n--b\r\ncontent-disposition: FORM-DATA; name=List-Unsubscribe\r\nContent-Type: text/plain\r\n\r\nOne-Click\r\n--b--",
                "--b\nContent-Disposition: form-data; name=\"x\"\n\ny\n--b\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\n\nOne-Click\n--b--\n"
            })
    void parts_are_read(String body) {
        assertThat(site.post(page, "Multipart/Form-Data; charset=utf-8; Boundary=\"b\"", body)
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nList-Unsubscribe=One-Click\r\n--b--\r\n",
                "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n",
                "Content-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n",
                "--c\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--c--\r\n",
                "--b--\r\n--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n",
                "--b\r\n--b\r\n--b--\r\n",
                ""
            })
    void parts_that_say_something_else_change_nothing(String body) {
        assertThat(site.post(page, "multipart/form-data; boundary=b", body).status())
                .isEqualTo(400);
        assertThat(site.ledger().changes).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "List-Unsubscribe=One-Click\r\n",
                "a=b&List%2DUnsubscribe=One%2DClick",
                "List-Unsubscribe=One-Click&x"
            })
    void pairs_are_read(String body) {
        assertThat(site.post(page, Site.FORM + "; charset=UTF-8", body).status())
                .isEqualTo(200);
    }
}
