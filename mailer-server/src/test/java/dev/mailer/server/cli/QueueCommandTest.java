// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageStatus;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.mailbox.MailboxPlugin;
import dev.mailer.server.config.Settings;
import dev.mailer.server.home.RunningServer;
import dev.mailer.server.home.ServerHome;
import dev.mailer.server.http.MailerServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Decisions about queues and deliveries, as an engine at work on an SQLite ledger carries them out. */
class QueueCommandTest {
    @TempDir
    private Path folder;

    private MailerEngine engine;
    private MailerServer server;
    private Shell shell;

    @BeforeEach
    void start() {
        engine = Mailers.builder()
                .store("sqlite:" + folder.resolve("mail.db"))
                .transport("mailbox:")
                .install(MailboxPlugin.create())
                .build();
        ServerHome home = new ServerHome(folder, InstantSource.system());
        home.firstKey();
        server = MailerServer.start(
                new Settings.Server("127.0.0.1", 0, 1 << 20, Duration.ZERO, Set.of()),
                engine,
                home.apiKeys(),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        home.announce(RunningServer.here(server.localUrl()));
        shell = new Shell(folder);
    }

    @AfterEach
    void stop() {
        server.close();
        engine.close();
    }

    private MessageId send(String to) {
        return engine.send(Email.builder()
                        .from("shop@example.com")
                        .to(to)
                        .subject("Hi")
                        .text("Hello")
                        .ambiguityPolicy(AmbiguityPolicy.HOLD)
                        .build())
                .id();
    }

    private DeliveryStatus delivery(MessageId id) {
        return Objects.requireNonNull(engine.find(id)).deliveries().get(0);
    }

    /** Looks again and again, with the engine's own patience between. */
    private DeliveryStatus until(MessageId id, Predicate<DeliveryStatus> wanted) {
        for (int i = 0; i < 300 && !wanted.test(delivery(id)); i++) {
            engine.await(id, Duration.ofMillis(100));
        }
        assertThat(delivery(id)).matches(wanted);
        return delivery(id);
    }

    private Shell.Result queue(String decision, MessageId id) {
        return shell.run(
                "queue", decision, id.toString(), String.valueOf(delivery(id).id()));
    }

    @Test
    void a_queue_that_is_paused_sends_nothing_until_it_is_resumed() {
        Shell.Result paused = shell.run("queue", "pause", "transactional", "example.org");
        MessageId held = send("jo@example.org");
        MessageId other = send("jo@example.net");

        MessageStatus sent = Objects.requireNonNull(engine.await(other, Duration.ofSeconds(30)));
        DeliveryStatus meanwhile = delivery(held);
        Shell.Result shown = shell.run("queue");
        Shell.Result resumed = shell.run("queue", "resume", "transactional", "example.org");

        assertThat(paused.exit()).as(paused.err()).isZero();
        assertThat(paused.out()).contains("example.org");
        assertThat(sent.isSent()).isTrue();
        assertThat(meanwhile.state()).isEqualTo(DeliveryState.QUEUED);
        assertThat(meanwhile.attempts()).isZero();
        assertThat(shown.out()).contains("example.org").doesNotContain("example.net");
        assertThat(resumed.exit()).as(resumed.err()).isZero();
        assertThat(resumed.out()).doesNotContain("example.org");
        assertThat(Objects.requireNonNull(engine.await(held, Duration.ofSeconds(30)))
                        .isSent())
                .isTrue();
    }

    @Test
    void a_stream_that_there_is_not_is_not_paused() {
        Shell.Result paused = shell.run("queue", "pause", "nothing", "example.org");

        assertThat(paused.exit()).isEqualTo(2);
        assertThat(engine.parkedQueues()).isEmpty();
    }

    @Test
    void a_deferred_delivery_is_tried_now_when_it_is_retried() {
        MessageId id = send("jo+defer@example.org");
        assertThat(until(id, d -> d.state() == DeliveryState.DEFERRED).attempts())
                .isEqualTo(1);

        Shell.Result retried = queue("retry", id);

        assertThat(retried.exit()).as(retried.err()).isZero();
        assertThat(retried.out()).contains("jo+defer@example.org");
        until(id, d -> d.attempts() == 2);
    }

    @Test
    void a_delivery_in_doubt_waits_for_a_decision() {
        MessageId again = send("jo+ambiguous@example.org");
        MessageId over = send("ann+ambiguous@example.org");
        until(again, d -> d.state() == DeliveryState.AMBIGUOUS);
        until(over, d -> d.state() == DeliveryState.AMBIGUOUS);

        Shell.Result retried = queue("retry", again);
        Shell.Result givenUp = queue("give-up", over);
        Shell.Result late = queue("give-up", over);

        assertThat(retried.exit()).as(retried.err()).isZero();
        until(again, d -> d.attempts() == 2);
        assertThat(givenUp.exit()).as(givenUp.err()).isZero();
        assertThat(delivery(over).state()).isEqualTo(DeliveryState.FAILED);
        assertThat(delivery(over).attempts()).isEqualTo(1);
        assertThat(late.exit()).isEqualTo(2);
    }
}
