// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.mailer.api.Email;
import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.MessageId;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportCapabilities;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What servers and exceptions say can hold an address, and stays out of the log above DEBUG. */
class LogPrivacyTest {
    private static final String SECRET = "jo.private";

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.mailer");
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    @BeforeEach
    void listen() {
        appender.list = new CopyOnWriteArrayList<>();
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void restore() {
        logger.detachAppender(appender);
        logger.setLevel(null);
    }

    /** Does what it is told, and says more than it should. */
    private record Talkative(boolean throwing) implements Transport {
        @Override
        public String name() {
            return "talkative:";
        }

        @Override
        public TransportCapabilities capabilities() {
            return TransportCapabilities.DEFAULT;
        }

        @Override
        public Destination destinationOf(String domain) {
            return new Destination(domain);
        }

        @Override
        public void send(List<Submission> submissions, OutcomeSink outcomes) {
            String text = "no such user " + SECRET + "@example.org";
            if (throwing) {
                throw new IllegalStateException(text, new IllegalArgumentException(text));
            }
            Failure failure = Failure.builder("busy", Phase.CONNECT)
                    .text(text)
                    .retryable()
                    .build();
            outcomes.reportAll(submissions.get(0), Outcome.deferred(Outcome.Scope.DESTINATION, failure, null));
        }
    }

    private String logOf(boolean throwing) throws InterruptedException {
        CountDownLatch deferred = new CountDownLatch(1);
        try (MailerEngine mailer = Mailers.builder()
                .transport(new Talkative(throwing))
                .onEvent(event -> {
                    if (event.type() == EventType.DEFERRED) {
                        deferred.countDown();
                    }
                })
                .build()) {
            MessageId id = mailer.send(Email.builder()
                            .from("shop@example.com")
                            .to(SECRET + "@example.org")
                            .subject("Hello " + SECRET)
                            .text("Hi " + SECRET)
                            .build())
                    .id();
            assertThat(deferred.await(30, TimeUnit.SECONDS))
                    .as("%s is deferred", id)
                    .isTrue();
        }
        StringBuilder log = new StringBuilder();
        for (ILoggingEvent event : List.copyOf(appender.list)) {
            log.append(event.getFormattedMessage()).append('\n');
            if (event.getThrowableProxy() != null) {
                log.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
        return log.toString();
    }

    @Test
    void a_parked_queue_is_named_with_the_reason_and_not_with_the_servers_text() throws InterruptedException {
        assertThat(logOf(false))
                .contains("queue default/transactional/example.org is parked until")
                .contains("strike 1: busy")
                .doesNotContain(SECRET);
    }

    @Test
    void an_exception_is_named_by_kind_and_place() throws InterruptedException {
        assertThat(logOf(true))
                .contains("transport talkative: broke its contract and threw: java.lang.IllegalStateException at")
                .contains("caused by java.lang.IllegalArgumentException at")
                .doesNotContain(SECRET);
    }
}
