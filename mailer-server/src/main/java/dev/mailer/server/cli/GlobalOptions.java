// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that every command has. */
final class GlobalOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The settings' file; default: $MAILER_CONFIG, else mailer.conf where there is one.")
    @Nullable
    Path config;

    @Option(
            names = {"-D", "--set"},
            paramLabel = "KEY=VALUE",
            description = "Sets one setting, over file and environment. Repeatable.")
    Map<String, String> set = new LinkedHashMap<>();

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "The folder of ledger and keys; the same as --set data=FOLDER.")
    @Nullable
    Path data;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The server to talk to; default: $MAILER_URL, else the one that runs on the folder.")
    @Nullable
    URI server;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The API key; default: $MAILER_API_KEY, else the command line's own in the folder.")
    @Nullable
    String key;

    @Option(names = "--json", description = "Answer in JSON, errors too.")
    boolean json;
}
