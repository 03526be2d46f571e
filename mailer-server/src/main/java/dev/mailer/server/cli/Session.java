// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.Secret;
import dev.mailer.server.config.Settings;
import dev.mailer.server.config.SettingsReader;
import dev.mailer.server.engine.Engines;
import dev.mailer.server.home.RunningServer;
import dev.mailer.server.home.ServerHome;
import dev.mailer.server.http.Json;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One run of a command: its terminal, its options, and the settings and server they lead to. */
final class Session {
    private final Terminal terminal;
    private final GlobalOptions options;

    Session(Terminal terminal, GlobalOptions options) {
        this.terminal = terminal;
        this.options = options;
    }

    Terminal terminal() {
        return terminal;
    }

    boolean json() {
        return options.json;
    }

    void printJson(Object answer) {
        JsonNode tree = Json.MAPPER.valueToTree(answer);
        terminal.json(tree.toPrettyString());
    }

    Settings settings() {
        return settings(Map.of());
    }

    /** @param more settings that options of the command stand for */
    Settings settings(Map<String, String> more) {
        Map<String, String> overrides = new LinkedHashMap<>(options.set);
        if (options.data != null) {
            overrides.put("data", options.data.toString());
        }
        overrides.putAll(more);
        return SettingsReader.read(configFile(), terminal.environment(), overrides);
    }

    /** The running server, or the store itself, without sending anything, when none runs and none was named. */
    Backend connect() {
        return connect(false);
    }

    /** As {@link #connect}, but a store that is opened here sends what waits in it while the command runs. */
    Backend connectToSend() {
        return connect(true);
    }

    private Backend connect(boolean sending) {
        String variable = terminal.environment().get("MAILER_URL");
        URI named = options.server;
        if (named == null && variable != null && !variable.isEmpty()) {
            named = serverUrl(variable);
        }
        Secret given = givenKey();
        if (named != null && given != null) {
            return new RemoteBackend(named, given);
        }
        Settings settings = settings();
        ServerHome home = new ServerHome(settings.home(), terminal.clock());
        RunningServer running = home.runningServer();
        if (named != null) {
            // The local key goes to the local server only.
            boolean local = running != null && running.url().equals(named);
            return new RemoteBackend(
                    named,
                    requireKey(local ? home.commandLineKey() : null, "give --key or MAILER_API_KEY for " + named));
        }
        if (running != null) {
            return new RemoteBackend(
                    running.url(),
                    requireKey(key(home), "the key in " + home.commandLineKeyFile() + " is gone; give --key"));
        }
        return openStore(settings, home, sending);
    }

    private Backend openStore(Settings settings, ServerHome home, boolean sending) {
        if (sending && settings.mail().transports().isEmpty()) {
            throw new CommandException(
                    ExitCodes.UNAVAILABLE,
                    "no server runs on " + settings.home().toAbsolutePath()
                            + " and no transport is set; start one with 'mailer serve', or set transport=smtp://…");
        }
        terminal.note("no server runs; opening " + settings.home().toAbsolutePath());
        home.create();
        return new LocalBackend(
                sending ? Engines.open(settings, new SimpleMeterRegistry()) : Engines.openPaused(settings),
                terminal.clock());
    }

    private @Nullable Path configFile() {
        if (options.config != null) {
            return options.config;
        }
        String variable = terminal.environment().get("MAILER_CONFIG");
        if (variable != null && !variable.isEmpty()) {
            return Path.of(variable);
        }
        return Files.exists(Settings.DEFAULT_FILE) ? Settings.DEFAULT_FILE : null;
    }

    private @Nullable Secret key(ServerHome home) {
        Secret given = givenKey();
        return given == null ? home.commandLineKey() : given;
    }

    private @Nullable Secret givenKey() {
        return options.key != null ? Secret.of(options.key) : environmentKey();
    }

    private @Nullable Secret environmentKey() {
        String variable = terminal.environment().get("MAILER_API_KEY");
        return variable == null || variable.isEmpty() ? null : Secret.of(variable);
    }

    private static Secret requireKey(@Nullable Secret key, String problem) {
        if (key == null) {
            throw new CommandException(ExitCodes.UNAVAILABLE, "no API key: " + problem);
        }
        return key;
    }

    private static URI serverUrl(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.USAGE, "MAILER_URL: is no URL");
        }
    }
}
