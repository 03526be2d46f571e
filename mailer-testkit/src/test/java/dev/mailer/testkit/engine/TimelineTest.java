// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.Email;
import dev.mailer.api.EventType;
import dev.mailer.api.HitCounts;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.Trace;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.DeliveryReports.Result;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.core.MailerBuilder;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What the timeline of a mail tells of each attempt, and of what keeps it back. */
class TimelineTest {
    @Test
    void an_attempt_tells_its_way_why_it_failed_over_and_what_was_said() throws IOException {
        int closed = closedPort();
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
                Rig rig = rig(m -> m.transport(
                        "failover(smtp://127.0.0.1:" + closed + "?tls=never " + server.uri() + "?tls=never)"))) {
            MessageId id = rig.send("jo.doe@example.org");
            rig.await(id, DeliveryState.SENT);

            Map<String, String> detail = sent(rig, id).detail();

            assertThat(detail)
                    .containsEntry("route", "default, by default")
                    .containsEntry("via", server.uri())
                    .containsEntry("failedOver", "smtp://127.0.0.1:" + closed + ": connection-refused")
                    .containsEntry("remoteHost", "127.0.0.1:" + server.port())
                    .containsEntry("tls", "none")
                    .hasEntrySatisfying(
                            "limits",
                            limits -> assertThat(limits)
                                    .matches("\\d+ connections, \\d+ mails over one, \\d+ recipients at a time"));
            assertThat(detail.get("transcript"))
                    .contains("> EHLO ", "> RCPT TO:<***@example.org>", "= content")
                    .doesNotContain("jo.doe");
        }
    }

    @Test
    void the_stream_that_chose_the_way_is_named() {
        try (Rig rig = rig(
                m -> m.transport("null:").transport("bulk", "null:").stream("broadcast", s -> s.transport("bulk")))) {
            MessageId id = rig.mailer()
                    .send(e -> e.from("shop@example.com").to("jo@example.org").stream("broadcast")
                            .subject("News")
                            .text("x"))
                    .id();
            rig.await(id, DeliveryState.SENT);

            assertThat(sent(rig, id).detail()).containsEntry("route", "bulk, by stream broadcast");
        }
    }

    @Test
    void what_keeps_a_delivery_back_is_told_with_its_end() {
        try (Rig rig = rig(m -> m.transport("null:"))) {
            Instant until = rig.clock.instant().plusSeconds(600);
            QueueKey queue = new QueueKey(new Lane(Email.DEFAULT_TENANT, Email.DEFAULT_STREAM), "example.org");
            rig.mailer().park(queue, until, "asked to");
            MessageId id = rig.send("jo@example.org");
            MessageId other = rig.send("jo@example.net");
            rig.await(other, DeliveryState.SENT);

            assertThat(trace(rig, id).holds())
                    .containsExactly(new Trace.Hold(rig.delivery(id).id(), "the queue rests: asked to", until));
            assertThat(trace(rig, other).holds()).isEmpty();
            rig.mailer().park(queue, Instant.MAX, "for good");
            assertThat(trace(rig, id).holds())
                    .singleElement()
                    .satisfies(h -> assertThat(h.until()).isNull());
        }
    }

    /** The newest 500 events are verdicts, and what they are about is shown no more. */
    @Test
    void of_a_mail_with_very_many_events_all_opens_and_clicks_are_counted() {
        try (Rig rig = rig(m -> m.transport("null:"))) {
            MessageId id = rig.send("jo@example.org", "li@example.org");
            Rig.until("both are sent", () -> rig.mailer().find(id).isFinal());
            List<Report> reports = new ArrayList<>();
            for (DeliveryStatus delivery : rig.mailer().find(id).deliveries()) {
                for (int i = 0; i < 700; i++) {
                    EventType type = i < 600 ? EventType.CLICKED : EventType.OPENED;
                    reports.add(hit(rig, type, delivery.id(), i, Map.of("hit", delivery.id() + "/" + i)));
                }
                for (int i = 0; i < 550; i++) {
                    String of = delivery.id() + "/" + i;
                    reports.add(
                            hit(rig, EventType.VERDICT, delivery.id(), 700 + i, Map.of("of", of, "verdict", "bot")));
                }
            }
            List<CompletableFuture<Result>> results = reports.stream()
                    .map(r -> rig.mailer().deliveryReports().submit(r))
                    .toList();
            assertThat(results).extracting(CompletableFuture::join).containsOnly(Result.APPLIED);

            Trace trace = trace(rig, id);

            assertThat(trace.omitted()).isEqualTo(4 + 2 * 1_250 - 1_000);
            assertThat(trace.hits()).isEqualTo(new HitCounts(200, 200, 1_200, 100));
        }
    }

    private static Report hit(Rig rig, EventType type, long delivery, int n, Map<String, String> detail) {
        return new Report(
                "tracking",
                delivery + "-" + n,
                type,
                delivery,
                rig.clock.instant().plusSeconds(n),
                null,
                detail);
    }

    private static Rig rig(Consumer<MailerBuilder> settings) {
        return new Rig().with(settings);
    }

    private static MailEvent sent(Rig rig, MessageId id) {
        return trace(rig, id).events().stream()
                .filter(e -> e.type() == EventType.SENT)
                .findFirst()
                .orElseThrow();
    }

    private static Trace trace(Rig rig, MessageId id) {
        Trace trace = rig.mailer().trace(id);
        assertThat(trace).isNotNull();
        return trace;
    }

    /** Nobody listens there: whoever would be given it next is given another one first. */
    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
