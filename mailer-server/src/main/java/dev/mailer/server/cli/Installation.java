// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.Secret;
import dev.mailer.core.MailerEngine;
import dev.mailer.server.config.Settings;
import dev.mailer.server.engine.Engines;
import dev.mailer.server.home.RunningServer;
import dev.mailer.server.home.ServerHome;
import dev.mailer.server.http.MailerServer;
import io.javalin.util.JavalinBindException;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server with its engine and its folder, from start to orderly end. */
final class Installation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);
    private static final List<MeterBinder> PROCESS = List.of(
            new ClassLoaderMetrics(),
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics());

    private final ServerHome home;
    private final MailerEngine engine;
    private final MailerServer server;
    private final @Nullable Secret firstKey;

    private Installation(ServerHome home, MailerEngine engine, MailerServer server, @Nullable Secret firstKey) {
        this.home = home;
        this.engine = engine;
        this.server = server;
        this.firstKey = firstKey;
    }

    /** Starts all parts, or none. */
    static Installation start(Settings settings, InstantSource clock) {
        ServerHome home = new ServerHome(settings.home(), clock);
        home.create();
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        PROCESS.forEach(binder -> binder.bindTo(meters));
        MailerEngine engine = Engines.open(settings, meters);
        MailerServer server = null;
        try {
            server = MailerServer.start(settings.server(), engine, home.apiKeys(), meters);
            // Not before the port is ours: a start that fails must not use up the one key that is shown.
            Secret firstKey = home.firstKey();
            home.announce(RunningServer.here(server.localUrl()));
            LOG.info(
                    "ready at {}; store {}, transports {}", server.localUrl(), engine.storeName(), engine.transports());
            return new Installation(home, engine, server, firstKey);
        } catch (JavalinBindException e) {
            engine.close();
            throw cannotListen(settings.server(), e);
        } catch (RuntimeException e) {
            if (server != null) {
                server.close();
            }
            engine.close();
            throw e;
        }
    }

    private static CommandException cannotListen(Settings.Server wanted, JavalinBindException e) {
        if (isElsewhere(wanted.host())) {
            return new CommandException(
                    ExitCodes.USAGE,
                    "server.host: '" + wanted.host()
                            + "' is no address of this machine; expected one of its own, or 0.0.0.0 for all");
        }
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return new CommandException(
                ExitCodes.UNAVAILABLE,
                "server.port: cannot listen on " + wanted.host() + " port " + wanted.port() + ": " + cause.getMessage()
                        + "; end the program that has it, or set another port");
    }

    private static boolean isElsewhere(String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            return !address.isAnyLocalAddress()
                    && !address.isLoopbackAddress()
                    && NetworkInterface.getByInetAddress(address) == null;
        } catch (IOException e) {
            return false;
        }
    }

    URI url() {
        return server.localUrl();
    }

    @Nullable
    Secret firstKey() {
        return firstKey;
    }

    /** Tells whoever started it where it is and, the first time, how to use it. */
    void greet(PrintStream out) {
        greeting().forEach(out::println);
        home.firstKeyShown();
    }

    private List<String> greeting() {
        List<String> lines = new ArrayList<>();
        lines.add("Mailer runs at " + url());
        if (engine.endpoints().stream().anyMatch(e -> e.path().equals("/mailbox"))) {
            lines.add("Mailbox        " + url() + "/mailbox");
        }
        if (firstKey == null) {
            lines.add("API key        as at the first start; 'mailer keys create NAME' makes another");
            return lines;
        }
        String key = firstKey.reveal();
        lines.add("API key        " + key + "   (shown this once)");
        lines.add("");
        lines.add("Send a first mail:");
        lines.add("curl -sS " + url() + "/v1/emails -H 'Authorization: Bearer " + key
                + "' -H 'Content-Type: application/json' -d '{\"from\":\"me@example.com\",\"to\":\"you@example.com\","
                + "\"subject\":\"Hello\",\"text\":\"It works.\"}'");
        return lines;
    }

    @Override
    public void close() {
        try (engine) {
            server.close();
        } finally {
            home.withdraw();
        }
    }
}
