// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.smtp.domain.DnsRecord;
import dev.mailer.smtp.domain.DomainCheckBuilder;
import dev.mailer.smtp.domain.DomainFinding;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mailer doctor domain}: what a domain publishes about its mail, and the records that mend it. */
@Command(
        name = "domain",
        description = {
            "Looks at what a domain publishes: SPF, DKIM, DMARC, MX, PTR, MTA-STS, TLS-RPT, and at the URL of one-click"
                    + " unsubscribe; prints what is wrong, and the DNS record that mends it. Sends no mail.",
            "Selectors and keys come from dkim.* of the settings, the URL of unsubscribing from publicUrl, the name of EHLO, the source address and the name servers from"
                    + " an mx transport. Ends with 1 when there is a problem, or something could not be found out."
        },
        footer = {
            "",
            "Examples:",
            "  mailer doctor domain example.com --address 192.0.2.1 --ehlo mail.example.com",
            "  mailer doctor domain example.com --selector s2026 --include _spf.relay.example"
        })
final class DoctorDomainCommand implements Callable<Integer> {
    /** What is quoted on the terminal; JSON has more. */
    private static final int MAX_SHOWN = 160;

    private final Terminal terminal;
    private final Set<DnsRecord> printed = new HashSet<>();

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Parameters(paramLabel = "DOMAIN", description = "The domain of From.")
    private String domain = "";

    @Option(
            names = "--selector",
            paramLabel = "NAME",
            description = "A DKIM selector, beside those of the settings. Repeatable.")
    private List<String> selectors = new ArrayList<>();

    @Option(
            names = "--address",
            paramLabel = "IP",
            description = "An address that mail is sent from, as receivers see it. Repeatable.")
    private List<String> addresses = new ArrayList<>();

    @Option(names = "--ehlo", paramLabel = "NAME", description = "The name that is said in EHLO.")
    private @Nullable String ehlo;

    @Option(
            names = "--return-path",
            paramLabel = "DOMAIN",
            description = "The domain of the envelope's sender, where bounces go; default: DOMAIN.")
    private @Nullable String returnPath;

    @Option(
            names = "--include",
            paramLabel = "DOMAIN",
            description = "What SPF has to include, such as the domain that a relay names. Repeatable.")
    private List<String> includes = new ArrayList<>();

    @Option(
            names = "--unsubscribe",
            paramLabel = "URL",
            description =
                    "A URL as in List-Unsubscribe, beside publicUrl of the settings; nothing is sent to it. Repeatable.")
    private List<URI> unsubscribe = new ArrayList<>();

    @Option(
            names = "--reports-to",
            paramLabel = "ADDRESS",
            description = "Where the records that are printed ask for reports; default: postmaster of DOMAIN.")
    private @Nullable String reportsTo;

    @Option(
            names = "--dns",
            paramLabel = "SERVERS",
            description = "Name servers to ask, such as 127.0.0.1:5353,192.0.2.1; default: the system's.")
    private @Nullable String dns;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "For the whole; default: ${DEFAULT-VALUE}.")
    private String timeout = "30s";

    DoctorDomainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Session session = new Session(terminal, global);
        DomainCheckBuilder check = new DomainFromSettings(session.settings()).check(domain, addresses);
        try {
            options(check);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.USAGE, String.valueOf(e.getMessage()));
        }
        List<DomainFinding> all = check.build().run();
        if (session.json()) {
            session.printJson(
                    Map.of("data", all.stream().map(DoctorDomainCommand::json).toList()));
        } else {
            all.forEach(this::print);
        }
        boolean bad = all.stream()
                .map(DomainFinding::level)
                .anyMatch(l -> l == DomainFinding.Level.PROBLEM || l == DomainFinding.Level.UNKNOWN);
        return bad ? ExitCodes.FAILED : ExitCodes.OK;
    }

    private void options(DomainCheckBuilder check) {
        selectors.forEach(check::selector);
        includes.forEach(check::include);
        unsubscribe.forEach(check::unsubscribe);
        if (ehlo != null) {
            check.ehlo(ehlo);
        }
        if (returnPath != null) {
            check.returnPathDomain(returnPath);
        }
        if (reportsTo != null) {
            check.reportsTo(reportsTo);
        }
        if (dns != null) {
            check.nameServers(dns);
        }
        check.timeout(MailFromFlags.duration("--timeout", timeout));
    }

    private void print(DomainFinding finding) {
        terminal.line(
                String.format("%-8s %s: %s", word(finding), finding.subject().title(), finding.text()));
        String published = finding.published();
        if (!published.isEmpty()) {
            terminal.line("         published: "
                    + (published.length() > MAX_SHOWN ? published.substring(0, MAX_SHOWN) + "..." : published));
        }
        DnsRecord record = finding.record();
        boolean again = record != null && !printed.add(record);
        if (finding.advice() != null) {
            terminal.line("         " + finding.advice() + (again ? " (the record is above)" : ""));
        }
        if (record != null && !again) {
            terminal.line("         " + record.zoneLine());
        }
    }

    private static Map<String, @Nullable Object> json(DomainFinding finding) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("level", word(finding));
        json.put("check", finding.subject().title());
        json.put("text", finding.text());
        json.put("published", finding.published());
        json.put("advice", finding.advice());
        DnsRecord record = finding.record();
        json.put(
                "record",
                record == null ? null : Map.of("name", record.name(), "type", record.type(), "value", record.value()));
        return json;
    }

    private static String word(DomainFinding finding) {
        return finding.level().name().toLowerCase(Locale.ROOT);
    }
}
