// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What the server logs above DEBUG, from here to the end of a test. */
final class LogUnderTest implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.mailer.server");
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    LogUnderTest() {
        // the server's threads write while the test reads
        appender.list = new CopyOnWriteArrayList<>();
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.INFO);
    }

    List<String> lines() {
        return List.copyOf(appender.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    String text() {
        return String.join("\n", lines());
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setLevel(null);
    }
}
