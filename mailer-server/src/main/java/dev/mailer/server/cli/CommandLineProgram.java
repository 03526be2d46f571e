// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.PluginException;
import dev.mailer.server.config.ConfigException;
import dev.mailer.server.config.FileTrouble;
import dev.mailer.server.http.ApiException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;
import tools.jackson.databind.node.JsonNodeFactory;

/** All commands, and how each of their failures looks and ends. */
public final class CommandLineProgram {
    private final Terminal terminal;

    public CommandLineProgram(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            name = "mailer",
            description = "Sends mail and tells what became of it.",
            synopsisSubcommandLabel = "COMMAND",
            footer = {
                "",
                "Exit codes: 0 done; 1 failed, or a mail ended without being sent; 2 wrong arguments, settings or mail;",
                "3 nothing was done: no server, no right, or overload; 4 no such mail; 5 accepted and not done in time."
            })
    private static final class Root implements Runnable {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "which command?");
        }
    }

    /** Runs one command and returns its exit code. */
    public int run(String... args) {
        CommandLine line = new CommandLine(new Root())
                .addSubcommand(new ServeCommand(terminal))
                .addSubcommand(new SendCommand(terminal))
                .addSubcommand(new ListCommand(terminal))
                .addSubcommand(new StatusCommand(terminal))
                .addSubcommand(new TraceCommand(terminal))
                .addSubcommand(new CancelCommand(terminal))
                .addSubcommand(new QueueCommand(terminal))
                .addSubcommand(new SitesCommand(terminal))
                .addSubcommand(SuppressCommand.with(terminal))
                .addSubcommand(new WebhooksCommand(terminal))
                .addSubcommand(new EventsCommand(terminal))
                .addSubcommand(new TokensCommand(terminal))
                .addSubcommand(new TrackingCommand(terminal))
                .addSubcommand(new ExportCommand(terminal))
                .addSubcommand(new EraseCommand(terminal))
                .addSubcommand(new KeygenCommand(terminal))
                .addSubcommand(new KeysCommand(terminal))
                .addSubcommand(new DkimCommand(terminal))
                .addSubcommand(new TemplateCommand(terminal))
                .addSubcommand(new ConfigCommand(terminal))
                .addSubcommand(
                        new CommandLine(new DoctorCommand(terminal)).addSubcommand(new DoctorDomainCommand(terminal)))
                .addSubcommand(new DdlCommand(terminal))
                .addSubcommand(new VersionCommand(terminal));
        explain(line, "Explains the commands.");
        line.addSubcommand(hidden(new CommandLine.HelpCommand()));
        boolean json = Arrays.asList(args).contains("--json");
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        // a subject may begin with @, and is no file to read
        line.setExpandAtFiles(false);
        line.setUsageHelpAutoWidth(true);
        line.setParameterExceptionHandler((e, given) -> misused(e, json));
        line.setExecutionExceptionHandler((e, command, result) -> failed(e, json));
        return line.execute(args);
    }

    /** {@code help send} is what {@code send --help} is, and no command of its own. */
    private static CommandLine hidden(Object command) {
        CommandLine line = new CommandLine(command);
        line.getCommandSpec().usageMessage().hidden(true);
        return line;
    }

    /** Adds {@code --help} here and to all below. */
    private static void explain(CommandLine line, String description) {
        line.getCommandSpec()
                .addOption(CommandLine.Model.OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description(description)
                        .build());
        line.getSubcommands().values().forEach(command -> explain(command, "Explains this command."));
    }

    /** What was typed wrong stays in sight; all options of a command would push it off the screen. */
    private int misused(ParameterException e, boolean json) {
        CommandLine command = e.getCommandLine();
        complain(ExitCodes.USAGE, "invalid_arguments", String.valueOf(e.getMessage()), json);
        if (json) {
            return ExitCodes.USAGE;
        }
        if (command.getParent() == null) {
            if (!UnmatchedArgumentException.printSuggestions(e, command.getErr())) {
                command.usage(command.getErr());
            }
        } else {
            UnmatchedArgumentException.printSuggestions(e, command.getErr());
            terminal.note("'" + command.getCommandSpec().qualifiedName() + " --help' tells what it takes");
        }
        return ExitCodes.USAGE;
    }

    private int failed(Exception e, boolean json) throws Exception {
        if (e instanceof ApiException api) {
            return complain(ExitCodes.ofStatus(api.status()), api.name(), String.valueOf(api.getMessage()), json);
        }
        if (e instanceof CommandException command) {
            return complain(command.exitCode(), "command_failed", String.valueOf(command.getMessage()), json);
        }
        if (e instanceof ConfigException config) {
            return complain(ExitCodes.USAGE, "invalid_settings", String.join("\n", config.problems()), json);
        }
        if (e instanceof MailerConfigException || e instanceof InvalidEmailException) {
            return complain(ExitCodes.USAGE, "invalid_settings", String.valueOf(e.getMessage()), json);
        }
        if (e instanceof PluginException) {
            return complain(ExitCodes.FAILED, "command_failed", String.valueOf(e.getMessage()), json);
        }
        if (e instanceof MailerUnavailableException) {
            return complain(ExitCodes.UNAVAILABLE, "service_unavailable", String.valueOf(e.getMessage()), json);
        }
        if (e instanceof UncheckedIOException io && io.getCause() != null) {
            return complain(
                    ExitCodes.FAILED, "command_failed", io.getMessage() + ": " + FileTrouble.of(io.getCause()), json);
        }
        throw e;
    }

    private int complain(int exitCode, String name, String message, boolean json) {
        if (json) {
            terminal.out()
                    .println(JsonNodeFactory.instance
                            .objectNode()
                            .put("name", name)
                            .put("message", message)
                            .toPrettyString());
        } else {
            terminal.note(message);
        }
        return exitCode;
    }
}
