// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.mailer.api.EventType;
import dev.mailer.api.MessageId;
import dev.mailer.testkit.smtp.Reaction;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import dev.mailer.testkit.smtp.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A relay that takes less than it could be given. */
class RelayLimitsTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.mailer.smtp.Relay");
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();

    @BeforeEach
    void listen() {
        said.list = new CopyOnWriteArrayList<>();
        said.start();
        logger.addAppender(said);
    }

    @AfterEach
    void forget() {
        logger.detachAppender(said);
    }

    @Test
    void a_relay_that_takes_fewer_connections_costs_no_mail_a_retry() {
        try (ScriptedSmtpServer server =
                        ScriptedSmtpServer.builder().mostSessions(3).start();
                Rig rig = rig(server)) {
            server.always(Stage.FINAL_REPLY, Reaction.drip(Duration.ofMillis(10)));
            List<MessageId> mails = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                mails.add(rig.send("jo@d" + i + ".example"));
            }

            awaitAll(rig, server, mails);

            assertThat(server.sessions()).as("some were refused").hasSizeGreaterThan(3);
            assertThat(mails)
                    .allSatisfy(id -> assertThat(rig.events(id)).containsExactly(EventType.QUEUED, EventType.SENT));
            assertThat(said.list)
                    .filteredOn(e -> e.getLevel() == Level.WARN)
                    .singleElement()
                    .asString()
                    .contains("421", "option 'connections'");
        }
    }

    @Test
    void a_relay_that_has_had_too_many_mails_is_left_alone_and_then_gets_the_others() {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
                Rig rig = rig(server)) {
            server.always(Stage.MAIL_FROM, Reaction.reply("450 4.7.1 Error: too much mail from 127.0.0.1"));
            List<MessageId> mails = new ArrayList<>();
            mails.add(rig.send("first@example.org"));
            Rig.until("the first is refused", () -> rig.events(mails.get(0)).contains(EventType.DEFERRED));
            server.behave();
            for (int i = 0; i < 40; i++) {
                mails.add(rig.send("jo" + i + "@d" + i % 2 + ".example"));
            }
            Rig.until("the queues rest", () -> rig.mailer().parkedQueues().size() == 2);
            int sessions = server.sessions().size();

            awaitAll(rig, server, mails.subList(1, mails.size()));

            assertThat(sessions).isEqualTo(1);
            assertThat(mails.subList(1, mails.size()))
                    .allSatisfy(id -> assertThat(rig.events(id)).containsExactly(EventType.QUEUED, EventType.SENT));
        }
    }

    /** Time goes on, but not as far as to the first retry. */
    private static void awaitAll(Rig rig, ScriptedSmtpServer server, List<MessageId> mails) {
        Duration[] gone = {Duration.ZERO};
        Awaitility.await("all are sent")
                .atMost(Duration.ofSeconds(60))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(250))
                .until(() -> {
                    if (gone[0].compareTo(Rig.FIRST_RETRY.minusSeconds(10)) < 0) {
                        rig.clock.advance(Duration.ofSeconds(1));
                        gone[0] = gone[0].plusSeconds(1);
                    }
                    return mails.stream().allMatch(id -> rig.events(id).contains(EventType.SENT));
                });
        assertThat(server.mails()).hasSize(mails.size());
    }

    private static Rig rig(ScriptedSmtpServer server) {
        return new Rig()
                .with(m -> m.transport(server.uri() + "?tls=never&connectTimeout=20s&readTimeout=20s&dotTimeout=20s"));
    }
}
