// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.HitCounts;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.MemoryTransport;
import dev.mailer.testkit.TestClock;
import dev.mailer.tracking.PublicUrls;
import dev.mailer.tracking.TrackingPlugin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mail that is sent hours after it was accepted, with the engine's own tokens and ledger, and a scanner that follows its link. */
class LateMailTest {
    private static final Duration HOURS = Duration.ofHours(9);
    private static final String BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

    @TempDir
    private Path folder;

    private final TestClock clock = TestClock.now();

    @Test
    void a_click_seconds_after_sending_is_found_to_be_a_scanner_s() {
        MemoryTransport transport = new MemoryTransport();
        TrackingPlugin tracking = TrackingPlugin.builder()
                .publicUrls(PublicUrls.of("https://mail.example.com"))
                .clicks(true)
                .scanners(List.of("198.51.100.0/24"), Duration.ofSeconds(60))
                .build();
        try (MailerEngine mailer = Mailers.builder()
                .clock(clock)
                .store("sqlite:" + folder.resolve("mail.db"))
                .transport(transport)
                .install(tracking)
                .build()) {
            MessageId id = mailer.send(mail -> mail.from("shop@example.com")
                            .to("jo@example.org")
                            .subject("News")
                            .sendAt(clock.instant().plus(HOURS))
                            .html("<a href=\"https://shop.example/\">x</a>"))
                    .id();
            clock.advance(HOURS);
            assertThat(mailer.await(id, Duration.ofMinutes(2)).isFinal()).isTrue();
            clock.advance(Duration.ofSeconds(3));

            follow(mailer, transport.sent().get(0).content().asUtf8());

            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> types(mailer, id).contains(EventType.VERDICT));
            assertThat(types(mailer, id))
                    .containsExactly(EventType.QUEUED, EventType.SENT, EventType.CLICKED, EventType.VERDICT);
            List<MailEvent> events = mailer.trace(id).events();
            assertThat(events.get(2).detail()).containsEntry("verdict", "human");
            assertThat(events.get(3).detail())
                    .containsEntry("of", events.get(2).detail().get("hit"));
            assertThat(events.get(3).detail()).containsEntry("reason", "scanner-network");
            assertThat(mailer.trace(id).hits()).isEqualTo(new HitCounts(0, 0, 1, 0));
        }
    }

    private static void follow(MailerEngine mailer, String mail) {
        Matcher link = Pattern.compile("/t(/c/[A-Za-z0-9_-]+)").matcher(mail.replace("=\r\n", ""));
        assertThat(link.find()).as(mail).isTrue();
        HttpEndpoint.Response answer = mailer.endpoints()
                .get(0)
                .handle(new HttpEndpoint.Request(
                        "GET",
                        link.group(1),
                        Map.of(),
                        Map.of("user-agent", List.of(BROWSER)),
                        Bytes.EMPTY,
                        "198.51.100.7"));
        assertThat(answer.status()).isEqualTo(302);
    }

    private static List<EventType> types(MailerEngine mailer, MessageId id) {
        return mailer.trace(id).events().stream().map(MailEvent::type).toList();
    }
}
