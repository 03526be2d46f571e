// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.server.http.FeedApi.Feed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FeedApiTest {
    private final MailerEngine mailer = Mailers.builder().transport("memory:").tenant("other").stream("news", s -> {})
            .build();
    private final FeedApi api = new FeedApi(mailer);

    @AfterEach
    void close() {
        api.close();
        mailer.close();
    }

    private MessageId send(String tenant, String stream) {
        MessageId id = mailer.send(Email.builder().tenant(tenant).stream(stream)
                        .from("shop@example.com")
                        .to("jo@example.org")
                        .subject("Hello")
                        .text("Hello")
                        .build())
                .id();
        while (!mailer.await(id, java.time.Duration.ofSeconds(20)).isFinal()) {
            // a slow machine
        }
        return id;
    }

    @Test
    void it_is_read_part_by_part_and_goes_on_behind_the_last() {
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sent.add(send("default", "transactional").toString());
            send("other", "transactional");
        }

        List<EventView> all = new ArrayList<>();
        String next = "0";
        boolean more = true;
        while (more) {
            Feed part = api.read("default", Map.of("after", next, "limit", "3"));
            assertThat(part.data()).hasSizeLessThanOrEqualTo(3);
            all.addAll(part.data());
            next = part.next();
            more = part.hasMore();
        }

        assertThat(all).hasSize(10).extracting(EventView::id).doesNotHaveDuplicates();
        assertThat(all).extracting(EventView::emailId).hasSameElementsAs(sent);
        assertThat(api.read("default", Map.of("after", next)).data()).isEmpty();
        send("default", "transactional");
        assertThat(api.read("default", Map.of("after", next)).data()).hasSize(2);
    }

    @Test
    void it_can_be_narrowed_to_types_and_streams() {
        send("default", "transactional");
        String news = send("default", "news").toString();

        assertThat(api.read("default", Map.of("types", "sent, bounced")).data())
                .hasSize(2)
                .extracting(EventView::type)
                .containsOnly("sent");
        assertThat(api.read("default", Map.of("streams", "news")).data())
                .hasSize(2)
                .extracting(EventView::emailId)
                .containsOnly(news);
    }

    @Test
    void who_waits_is_told_what_happens_then() {
        CompletableFuture<Feed> waiting =
                CompletableFuture.supplyAsync(() -> api.read("default", Map.of("types", "sent", "wait", "30")));

        String id = send("default", "transactional").toString();

        assertThat(waiting.join().data())
                .singleElement()
                .extracting(EventView::emailId)
                .isEqualTo(id);
    }

    @Test
    void nobody_waits_behind_the_end() {
        CompletableFuture<Feed> waiting =
                CompletableFuture.supplyAsync(() -> api.read("default", Map.of("wait", "30")));

        api.close();

        assertThat(waiting.join().data()).isEmpty();
    }

    @Test
    void what_is_no_cursor_no_type_and_no_time_is_refused() {
        for (Map<String, String> query : List.of(
                Map.of("after", "x"),
                Map.of("after", "-1"),
                Map.of("after", "1234567890123456789"),
                Map.of("types", "opened,nothing"),
                Map.of("wait", "31"),
                Map.of("wait", "-1"),
                Map.of("limit", "0"),
                Map.of("limit", "101"))) {
            assertThatThrownBy(() -> api.read("default", query))
                    .as("%s", query)
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.status()).isEqualTo(422));
        }
        assertThat(api.read("default", Map.of("after", "999999999")).data()).isEmpty();
    }
}
