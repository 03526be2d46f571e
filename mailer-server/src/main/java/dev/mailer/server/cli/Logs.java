// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.mailer.server.config.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets up logging: to standard error, as JSON lines for machines or as text for people. */
final class Logs {
    private static final String TEXT =
            "%d{HH:mm:ss.SSS} %-5level %logger{20} %msg%replace( [%X{messageId}]){' \\[\\]',''}%n";

    private Logs() {}

    static void configure(Settings.Log settings, Settings.Log.Format automatic) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Settings.Log.Format format = settings.format() == Settings.Log.Format.AUTO ? automatic : settings.format();
        context.reset();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder(context, format));
        appender.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        // Says nothing that the command does not say better.
        context.getLogger("io.javalin.Javalin").setLevel(Level.OFF);
        // Would tell of each request that is none, whoever sends it and however often.
        context.getLogger("org.eclipse.jetty.util.HostPort").setLevel(Level.ERROR);
        context.getLogger("org.eclipse.jetty.http.HttpParser").setLevel(Level.ERROR);
        context.getLogger("dev.mailer").setLevel(Level.toLevel(settings.level()));
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, Settings.Log.Format format) {
        if (format == Settings.Log.Format.JSON) {
            JsonEncoder json = new JsonEncoder();
            json.setContext(context);
            json.setWithFormattedMessage(true);
            json.setWithMessage(false);
            json.setWithArguments(false);
            json.setWithContext(false);
            json.setWithSequenceNumber(false);
            json.setWithNanoseconds(false);
            json.start();
            return json;
        }
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setPattern(TEXT);
        text.start();
        return text;
    }
}
