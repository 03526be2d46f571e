// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.home;

import dev.mailer.api.Email;
import dev.mailer.api.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The folder of one installation. Only its owner may look into it. */
public final class ServerHome {
    /** The name of the command line's own key. */
    public static final String COMMAND_LINE = "command line";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path folder;
    private final InstantSource clock;

    public ServerHome(Path folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    public Path folder() {
        return folder;
    }

    /** Makes the folder if need be. */
    public void create() {
        try {
            PrivateFiles.folder(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder.toAbsolutePath() + " cannot be made", e);
        }
    }

    public ApiKeys apiKeys() {
        return new ApiKeys(folder.resolve("keys.json"), clock);
    }

    /**
     * The key to hand out, and beside it the command line's own, until {@link #firstKeyShown} says that somebody got it; null
     * afterwards. Nobody can show a key again, so a start that ended too early is made good by the next, with another key.
     */
    public @Nullable Secret firstKey() {
        ApiKeys keys = apiKeys();
        if (!keys.list().isEmpty() && !Files.exists(firstStartFile())) {
            return null;
        }
        write(firstStartFile(), "the first API key was not shown yet\n");
        Secret own = commandLineKey();
        if (own == null || keys.find(own.reveal()) == null) {
            write(
                    commandLineKeyFile(),
                    keys.create(COMMAND_LINE, Email.DEFAULT_TENANT).reveal() + "\n");
        }
        return keys.create("first", Email.DEFAULT_TENANT);
    }

    /** The key that {@link #firstKey} made is where its user can read it. */
    public void firstKeyShown() {
        delete(firstStartFile());
    }

    /** The key of the local command line; null when there is none. */
    public @Nullable Secret commandLineKey() {
        String text = read(commandLineKeyFile());
        return text == null || text.isBlank() ? null : Secret.of(text.strip());
    }

    public Path commandLineKeyFile() {
        return folder.resolve("cli.key");
    }

    public void announce(RunningServer server) {
        write(serverFile(), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(server) + "\n");
    }

    /** Takes the announcement back. */
    public void withdraw() {
        delete(serverFile());
    }

    /** The server that runs on this folder; null when none does. */
    public @Nullable RunningServer runningServer() {
        String text = read(serverFile());
        if (text == null) {
            return null;
        }
        try {
            RunningServer server = JSON.readValue(text, RunningServer.class);
            return server.isAlive() ? server : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private Path serverFile() {
        return folder.resolve("server.json");
    }

    private Path firstStartFile() {
        return folder.resolve("first-start");
    }

    private static void write(Path file, String text) {
        try {
            PrivateFiles.write(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be deleted", e);
        }
    }

    private static @Nullable String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }
}
