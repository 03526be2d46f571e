// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.Address;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.server.config.ConfigException;
import dev.mailer.server.doctor.Doctor;
import dev.mailer.server.doctor.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mailer doctor}: what is wrong here, and what to do. */
@Command(
        name = "doctor",
        description =
                "Checks settings, folder, store, server and transports, logs in where there is a login, and sends no mail."
                        + " \"doctor domain\" checks what a domain publishes.")
final class DoctorCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "For each server that is asked; default: ${DEFAULT-VALUE}.")
    private String timeout = "10s";

    @Option(
            names = "--to",
            paramLabel = "DOMAIN",
            description = "With a transport to MX hosts: opens a session with a host of this domain, up to EHLO.")
    private @Nullable String to;

    DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Session session = new Session(terminal, global);
        String domain = to == null ? null : domain(to);
        List<Finding> all = new ArrayList<>();
        Doctor doctor = new Doctor(terminal.clock(), MailFromFlags.duration("--timeout", timeout), finding -> {
            all.add(finding);
            if (!session.json()) {
                print(finding);
            }
        });
        try {
            doctor.examine(session.settings(), domain);
        } catch (ConfigException e) {
            doctor.settingsProblems(e.problems());
        }
        if (session.json()) {
            session.printJson(
                    Map.of("data", all.stream().map(DoctorCommand::json).toList()));
        }
        return all.stream().anyMatch(f -> f.level() == Finding.Level.PROBLEM) ? ExitCodes.FAILED : ExitCodes.OK;
    }

    /** As the recipients of a domain have it. */
    private static String domain(String text) {
        try {
            return Address.of("postmaster@" + text).domain();
        } catch (InvalidEmailException e) {
            throw new CommandException(ExitCodes.USAGE, "--to: '" + text + "' is no domain such as example.org");
        }
    }

    private void print(Finding finding) {
        terminal.line(String.format("%-8s %s: %s", word(finding), finding.check(), finding.text()));
        if (finding.advice() != null) {
            terminal.line("         " + finding.advice());
        }
    }

    private static Map<String, @Nullable String> json(Finding finding) {
        Map<String, @Nullable String> json = new LinkedHashMap<>();
        json.put("level", word(finding));
        json.put("check", finding.check());
        json.put("text", finding.text());
        json.put("advice", finding.advice());
        return json;
    }

    private static String word(Finding finding) {
        return finding.level().name().toLowerCase(Locale.ROOT);
    }
}
