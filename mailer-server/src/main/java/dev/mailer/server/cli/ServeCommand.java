// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.server.config.Settings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mailer serve}: runs the server until it is asked to end. */
@Command(
        name = "serve",
        description = "Runs the server until SIGTERM or Ctrl-C, which it answers by finishing its work.")
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Option(names = "--port", paramLabel = "PORT", description = "The same as --set server.port=PORT.")
    private @Nullable String port;

    @Option(names = "--host", paramLabel = "ADDRESS", description = "The same as --set server.host=ADDRESS.")
    private @Nullable String host;

    @Option(names = "--transport", paramLabel = "URI", description = "The same as --set transport=URI.")
    private @Nullable String transport;

    ServeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = new Session(terminal, global).settings(overrides());
        Logs.configure(settings.log(), terminal.interactive() ? Settings.Log.Format.TEXT : Settings.Log.Format.JSON);
        settings.warnings().forEach(LOG::warn);
        Installation installation;
        try {
            installation = Installation.start(settings, terminal.clock());
        } catch (MailerUnavailableException e) {
            throw new CommandException(ExitCodes.UNAVAILABLE, "store: " + e.getMessage());
        }
        installation.greet(terminal.out());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(installation), "mailer-shutdown"));
        new CountDownLatch(1).await();
        return ExitCodes.OK;
    }

    /** The signal has the process end with a code that says it was killed; an orderly end is a success. */
    private static void end(Installation installation) {
        try {
            LOG.info("ending; what is under way is finished first");
            installation.close();
            LOG.info("ended");
            Runtime.getRuntime().halt(ExitCodes.OK);
        } catch (RuntimeException e) {
            LOG.error("the end was not orderly", e);
            Runtime.getRuntime().halt(ExitCodes.FAILED);
        }
    }

    private Map<String, String> overrides() {
        Map<String, String> overrides = new LinkedHashMap<>();
        put(overrides, "server.port", port);
        put(overrides, "server.host", host);
        put(overrides, "transport", transport);
        return overrides;
    }

    private static void put(Map<String, String> overrides, String key, @Nullable String value) {
        if (value != null) {
            overrides.put(key, value);
        }
    }
}
