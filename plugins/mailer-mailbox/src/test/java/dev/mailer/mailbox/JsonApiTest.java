// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.HttpEndpoint.Response;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonApiTest {
    private final Mailbox mailbox = new Mailbox(10, 1 << 20);
    private final MailboxEndpoint endpoint = Mails.endpoint(mailbox);

    @Test
    void lists_messages_newest_first() {
        Mails.add(mailbox, Mails.bytes(Mails.simple("One")));
        Mails.add(mailbox, Mails.bytes(Mails.simple("<Two>")));

        Response response = Mails.get(endpoint, "/api/messages", Map.of("limit", "1"));

        assertThat(response.headers()).containsEntry("Content-Type", "application/json; charset=utf-8");
        assertThat(response.body().asUtf8())
                .isEqualTo("{\"total\":2,\"dropped\":0,\"newest\":2,\"messages\":[{\"number\":2,"
                        + "\"id\":\"01977d3e-5a00-7000-8000-000000000002\",\"receivedAt\":\"2026-03-04T05:06:07Z\","
                        + "\"size\":127,\"from\":\"Shop \\u003cshop@example.com\\u003e\","
                        + "\"to\":\"Jo \\u003cjo@example.org\\u003e\",\"subject\":\"\\u003cTwo\\u003e\","
                        + "\"envelope\":{\"sender\":\"bounces@example.com\",\"recipients\":[{"
                        + "\"address\":\"jo@example.org\",\"deliveryId\":41,\"attempt\":1,\"outcome\":\"ACCEPTED\","
                        + "\"reply\":\"250 2.1.5 kept\"}]}}]}");
    }

    @Test
    void searches() {
        Mails.add(mailbox, Mails.bytes(Mails.simple("One")));
        Mails.add(mailbox, Mails.bytes(Mails.simple("Two")));

        String found =
                Mails.get(endpoint, "/api/messages", Map.of("q", "one")).body().asUtf8();

        assertThat(found)
                .startsWith("{\"total\":1,")
                .contains("\"subject\":\"One\"")
                .doesNotContain("Two");
    }

    @Test
    void shows_one_message_by_number_or_id() {
        MailboxMessage message = Mails.add(mailbox, Mails.bytes(Mails.simple("One")));

        String byNumber = Mails.get(endpoint, "/api/messages/1").body().asUtf8();
        String byId = Mails.get(endpoint, "/api/messages/" + message.messageId())
                .body()
                .asUtf8();

        assertThat(byNumber)
                .contains("\"headers\":[{\"name\":\"From\",\"value\":\"Shop \\u003cshop@example.com\\u003e\"}")
                .contains("\"text\":\"Thank you!\\r\\n\"")
                .contains("\"html\":null")
                .contains("\"attachments\":[]")
                .contains("\"notes\":[]");
        assertThat(byId).isEqualTo(byNumber);
    }

    @Test
    void deletes_one_and_all() {
        for (int i = 0; i < 3; i++) {
            Mails.add(mailbox, Mails.bytes(Mails.simple("One")));
        }

        assertThat(delete("/api/messages/1")).isEqualTo(204);
        assertThat(delete("/api/messages/1")).isEqualTo(404);
        assertThat(mailbox.size()).isEqualTo(2);
        assertThat(delete("/api/messages")).isEqualTo(204);
        assertThat(mailbox.size()).isZero();
    }

    @Test
    void refuses_what_it_does_not_know() {
        assertThat(Mails.get(endpoint, "/api/messages", Map.of("limit", "-1")).status())
                .isEqualTo(400);
        assertThat(Mails.get(endpoint, "/api/messages/x").status()).isEqualTo(404);
        assertThat(Mails.get(endpoint, "/api/other").status()).isEqualTo(404);
        assertThat(Mails.call(endpoint, "POST", "/api/messages", Map.of(), "").headers())
                .containsEntry("Allow", "GET, HEAD, DELETE");
    }

    @Test
    void text_that_is_no_unicode_is_still_json() {
        assertThat(Json.write(Map.of("a\"\u0000", "\ud800 \u2028 \ud83d\ude00")))
                .isEqualTo("{\"a\\\"\\u0000\":\"\\ud800 \\u2028 \\ud83d\\ude00\"}");
    }

    private int delete(String path) {
        return Mails.call(endpoint, "DELETE", path, Map.of(), "").status();
    }
}
