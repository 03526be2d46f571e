// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.Address;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.server.http.ApiException;
import dev.mailer.server.http.SuppressionCsv;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code mailer suppress}: addresses that are not mailed. */
@Command(
        name = "suppress",
        description = "Keeps the list of addresses that are not mailed.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  mailer suppress add jo@example.org --reason complaint",
            "  mailer suppress check jo@example.org",
            "  mailer suppress import bounces.csv --reason bounce"
        })
final class SuppressCommand implements Runnable {
    private static final String STREAM = "Only this stream; default: all streams.";

    private final Terminal terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    SuppressCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "add, remove, list, check, history or import?");
    }

    @Command(
            name = "add",
            description =
                    "Adds addresses, or replaces their entries with the same reason. With a bad one among them, none is added.",
            footer = {
                "",
                "Examples:",
                "  mailer suppress add jo@example.org ann@example.org --reason complaint",
                "  mailer suppress add jo@example.org --stream broadcast --reason unsubscribe",
                "  mailer suppress add full@example.org --reason bounce --until 14d"
            })
    int add(
            @Mixin GlobalOptions options,
            @Parameters(arity = "1..*", paramLabel = "ADDRESS", description = "Such as jo@example.org.")
                    List<String> addresses,
            @Option(names = "--stream", paramLabel = "STREAM", description = STREAM) @Nullable String stream,
            @Option(
                            names = "--reason",
                            paramLabel = "REASON",
                            description = "bounce, complaint, manual or unsubscribe; default: manual.")
                    @Nullable
                    String reason,
            @Option(
                            names = "--until",
                            paramLabel = "TIME",
                            description =
                                    "Holds until then: ISO 8601, or a time from now such as 14d; default: for good.")
                    @Nullable
                    String until) {
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        put(entry, "stream", stream);
        put(entry, "reason", reason(reason));
        put(entry, "until", MailFromFlags.time(terminal.clock(), "--until", until));
        List<String> keys = addresses.stream().map(SuppressCommand::key).toList();
        Session session = new Session(terminal, options);
        List<JsonNode> stored = new ArrayList<>();
        try (Backend backend = session.connect()) {
            for (String key : keys) {
                Backend.Suppressed done = backend.suppress(entry.deepCopy().put("email", key));
                stored.add(((ObjectNode) done.entry()).put("replaced", !done.isNew()));
                if (!session.json()) {
                    terminal.line((done.isNew() ? "added " : "replaced ") + key);
                }
            }
        }
        if (session.json()) {
            session.printJson(Map.of("data", stored));
        }
        return ExitCodes.OK;
    }

    @Command(
            name = "remove",
            description =
                    "Takes addresses off the list, or one reason of theirs; ends with 4 when there is no such entry.",
            footer = {
                "",
                "Examples:",
                "  mailer suppress remove jo@example.org",
                "  mailer suppress remove jo@example.org --reason bounce",
                "  mailer suppress remove jo@example.org --stream broadcast"
            })
    int remove(
            @Mixin GlobalOptions options,
            @Parameters(arity = "1..*", paramLabel = "ADDRESS", description = "Such as jo@example.org.")
                    List<String> addresses,
            @Option(
                            names = "--stream",
                            paramLabel = "STREAM",
                            description = "The entries for this stream; default: those for all streams.")
                    @Nullable
                    String stream,
            @Option(
                            names = "--reason",
                            paramLabel = "REASON",
                            description = "The entry with this reason; default: all of them.")
                    @Nullable
                    String reason) {
        Map<String, String> which = new LinkedHashMap<>();
        put(which, "stream", stream);
        put(which, "reason", reason(reason));
        List<String> keys = addresses.stream().map(SuppressCommand::key).toList();
        Session session = new Session(terminal, options);
        int exit = ExitCodes.OK;
        List<JsonNode> removed = new ArrayList<>();
        try (Backend backend = session.connect()) {
            for (String key : keys) {
                try {
                    JsonNode done = backend.unsuppress(key, which);
                    removed.add(done);
                    if (!session.json()) {
                        int entries = done.path("entries").asInt(1);
                        terminal.line("removed " + key + (entries == 1 ? "" : ": " + entries + " entries"));
                    }
                } catch (ApiException e) {
                    if (e.status() != 404) {
                        throw e;
                    }
                    terminal.note(key + ": " + e.getMessage());
                    exit = ExitCodes.NOT_FOUND;
                }
            }
        }
        if (session.json()) {
            session.printJson(Map.of("data", removed));
        }
        return exit;
    }

    @Command(
            name = "list",
            description = {
                "Lists all entries; with --json one object a line, with --csv what 'suppress import' reads.",
                "Those of erased addresses hold, and are not listed."
            },
            footer = {
                "",
                "Examples:",
                "  mailer suppress list --reason complaint",
                "  mailer suppress list --csv > suppressed.csv"
            })
    int list(
            @Mixin GlobalOptions options,
            @Option(names = "--stream", paramLabel = "STREAM", description = "Only entries for this stream alone.")
                    @Nullable
                    String stream,
            @Option(names = "--reason", paramLabel = "REASON", description = "Only entries with this reason.") @Nullable
                    String reason,
            @Option(names = "--domain", paramLabel = "DOMAIN", description = "Only addresses of this domain.") @Nullable
                    String domain,
            @Option(names = "--holding", description = "Only what holds now.") boolean holding,
            @Option(names = "--csv", description = "Writes CSV (RFC 4180).") boolean csv) {
        Map<String, String> filters = new LinkedHashMap<>();
        put(filters, "stream", stream);
        put(filters, "reason", reason(reason));
        put(filters, "domain", domain);
        put(filters, "holds", holding ? "now" : null);
        Session session = new Session(terminal, options);
        if (csv && session.json()) {
            throw new CommandException(ExitCodes.USAGE, "--csv and --json exclude each other");
        }
        if (csv) {
            terminal.line(SuppressionCsv.row(SuppressionColumns.ALL));
        }
        try (Backend backend = session.connect()) {
            each(
                    backend,
                    filters,
                    entry -> terminal.line(
                            csv
                                    ? SuppressionColumns.row(entry)
                                    : session.json() ? entry.toString() : SuppressionText.row(entry)));
        }
        return ExitCodes.OK;
    }

    /** Page by page, so that what is in memory does not grow with the list. */
    private static void each(Backend backend, Map<String, String> filters, Consumer<JsonNode> to) {
        filters.put("limit", String.valueOf(MessageQuery.MAX_LIMIT));
        JsonNode page;
        do {
            page = backend.suppressions(filters);
            page.path("data").forEach(to);
            filters.put("after", MailText.text(page, "next"));
        } while (page.path("has_more").asBoolean(false));
    }

    @Command(
            name = "check",
            description = "Tells whether an address may be mailed, and if not, which entry is why; ends with 1 then.",
            footer = {
                "",
                "Examples:",
                "  mailer suppress check jo@example.org",
                "  mailer suppress check jo@example.org --stream broadcast"
            })
    int check(
            @Mixin GlobalOptions options,
            @Parameters(paramLabel = "ADDRESS", description = "Such as jo@example.org.") String address,
            @Option(names = "--stream", paramLabel = "STREAM", description = "For mail of this stream; default: any.")
                    @Nullable
                    String stream) {
        String key = key(address);
        Session session = new Session(terminal, options);
        List<JsonNode> holding = new ArrayList<>();
        Instant now = terminal.clock().instant();
        try (Backend backend = session.connect()) {
            for (JsonNode entry : backend.suppressions(Map.of("email", key)).path("data")) {
                String own = MailText.text(entry, "stream");
                String until = MailText.text(entry, "until");
                if (stream != null && !own.isEmpty() && !own.equals(stream)) {
                    continue;
                }
                if (until.isEmpty() || Instant.parse(until).isAfter(now)) {
                    holding.add(entry);
                } else {
                    terminal.note("has ended: " + SuppressionText.scope(entry) + ", " + SuppressionText.why(entry));
                }
            }
        }
        if (session.json()) {
            session.printJson(Map.of("email", key, "suppressed", !holding.isEmpty(), "data", holding));
        } else if (holding.isEmpty()) {
            terminal.line(key + " may be mailed");
        }
        if (!session.json()) {
            holding.forEach(entry -> terminal.line(
                    key + " is not mailed in " + SuppressionText.scope(entry) + ": " + SuppressionText.why(entry)));
        }
        return holding.isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
    }

    @Command(
            name = "history",
            description = "Tells who put an address on the list and who took it off, as long as that is kept.",
            footer = {"", "Examples:", "  mailer suppress history jo@example.org"})
    int history(
            @Mixin GlobalOptions options,
            @Parameters(paramLabel = "ADDRESS", description = "Such as jo@example.org.") String address) {
        String key = key(address);
        Session session = new Session(terminal, options);
        try (Backend backend = session.connect()) {
            JsonNode history = backend.suppressionHistory(key);
            if (session.json()) {
                session.printJson(history);
            } else {
                history.path("data").forEach(change -> terminal.line(SuppressionText.change(change)));
            }
            return ExitCodes.OK;
        }
    }

    private static void put(Map<String, String> filters, String name, @Nullable String value) {
        if (value != null) {
            filters.put(name, value);
        }
    }

    private static String key(String address) {
        try {
            return Address.of(address).key();
        } catch (InvalidEmailException e) {
            throw new CommandException(ExitCodes.USAGE, "'" + address + "': " + e.getMessage());
        }
    }

    /** A reason as the API has it. */
    static @Nullable String reason(@Nullable String text) {
        List<String> all = Arrays.stream(Reason.values())
                .map(r -> r.name().toLowerCase(Locale.ROOT))
                .toList();
        if (text == null || all.contains(text.toLowerCase(Locale.ROOT))) {
            return text == null ? null : text.toLowerCase(Locale.ROOT);
        }
        throw new CommandException(
                ExitCodes.USAGE,
                "--reason: is '" + text + "', must be one of " + all.stream().collect(Collectors.joining(", ")));
    }

    private static void put(ObjectNode entry, String name, @Nullable String value) {
        if (value != null) {
            entry.put(name, value);
        }
    }
}
