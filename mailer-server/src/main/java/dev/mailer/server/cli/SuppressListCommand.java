// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.MessageQuery;
import dev.mailer.server.http.SuppressionCsv;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code mailer suppress list}: all entries. */
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
final class SuppressListCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Option(names = "--stream", paramLabel = "STREAM", description = "Only entries for this stream alone.")
    private @Nullable String stream;

    @Option(names = "--reason", paramLabel = "REASON", description = "Only entries with this reason.")
    private @Nullable String reason;

    @Option(names = "--domain", paramLabel = "DOMAIN", description = "Only addresses of this domain.")
    private @Nullable String domain;

    @Option(names = "--holding", description = "Only what holds now.")
    private boolean holding;

    @Option(names = "--csv", description = "Writes CSV (RFC 4180).")
    private boolean csv;

    SuppressListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Map<String, String> filters = SuppressionFlags.given(stream, reason);
        SuppressionFlags.put(filters, "domain", domain);
        SuppressionFlags.put(filters, "holds", holding ? "now" : null);
        Session session = new Session(terminal, global);
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
}
