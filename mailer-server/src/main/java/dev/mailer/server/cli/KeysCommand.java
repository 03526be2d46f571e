// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.Email;
import dev.mailer.api.Secret;
import dev.mailer.server.home.ApiKey;
import dev.mailer.server.home.ApiKeys;
import dev.mailer.server.home.ServerHome;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mailer keys}: the API keys in the folder; a running server heeds a change with its next request. */
@Command(name = "keys", description = "Lists API keys; makes and revokes them.")
final class KeysCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    KeysCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** A key without its hash. */
    private record Shown(String id, String name, String tenant, String createdAt) {
        static Shown of(ApiKey key) {
            return new Shown(key.id(), key.name(), key.tenant(), key.createdAt().toString());
        }
    }

    @Override
    public Integer call() {
        return list(global);
    }

    @Command(name = "list", description = "Lists the keys, as without a command.")
    int list(@Mixin GlobalOptions options) {
        Session session = new Session(terminal, options);
        List<Shown> shown = keys(session).list().stream().map(Shown::of).toList();
        if (session.json()) {
            session.printJson(Map.of("data", shown));
        } else {
            shown.forEach(
                    k -> terminal.line(k.id() + "  " + k.name() + "  tenant " + k.tenant() + "  " + k.createdAt()));
        }
        return ExitCodes.OK;
    }

    @Command(name = "create", description = "Makes a key and prints it, this once.")
    int create(
            @Mixin GlobalOptions options,
            @Parameters(paramLabel = "NAME", description = "What the key is for.") String name,
            @Option(
                            names = "--tenant",
                            paramLabel = "NAME",
                            defaultValue = Email.DEFAULT_TENANT,
                            description = "The tenant it acts for; default: ${DEFAULT-VALUE}.")
                    String tenant) {
        Session session = new Session(terminal, options);
        Set<String> tenants = session.settings().mail().tenants();
        if (!tenants.contains(tenant)) {
            throw new CommandException(
                    ExitCodes.USAGE,
                    "--tenant: there is no tenant '" + tenant + "', there are " + String.join(", ", tenants)
                            + "; name it in the setting tenants first");
        }
        Secret secret = keys(session).create(name, tenant);
        if (session.json()) {
            session.printJson(Map.of("name", name, "tenant", tenant, "token", secret.reveal()));
        } else {
            terminal.line(secret.reveal());
        }
        return ExitCodes.OK;
    }

    @Command(name = "revoke", description = "Ends a key at once.")
    int revoke(
            @Mixin GlobalOptions options,
            @Parameters(paramLabel = "ID", description = "The key's id, as the list shows it.") String id) {
        if (!keys(new Session(terminal, options)).revoke(id)) {
            throw new CommandException(ExitCodes.NOT_FOUND, "there is no key with this id");
        }
        return ExitCodes.OK;
    }

    private ApiKeys keys(Session session) {
        ServerHome home = new ServerHome(session.settings().home(), terminal.clock());
        home.create();
        return home.apiKeys();
    }
}
