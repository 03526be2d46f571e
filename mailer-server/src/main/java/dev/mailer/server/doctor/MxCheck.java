// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.doctor;

import dev.mailer.api.Failure;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.smtp.MxProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Whether mail can go straight to the hosts of domains: name servers, DANE, the name for EHLO, and on demand a session. */
public final class MxCheck {
    private static final Pattern MX = Pattern.compile("(?:^|[\\s(*])(mx:[^\\s)]*)");

    /** Ends of names that only a network of its own knows. */
    private static final Set<String> PRIVATE = Set.of("localhost", "localdomain", "local", "internal", "lan", "home");

    private final TransportContext context;
    private final Duration limit;

    MxCheck(TransportContext context, Duration limit) {
        this.context = context;
        this.limit = limit;
    }

    /** The addresses of a transport that bring mail straight to its receivers, alone or within others. */
    public static List<String> addresses(String transport) {
        return MX.matcher(transport).results().map(found -> found.group(1)).toList();
    }

    /** @param domain what name servers are asked about; null when there is none to visit */
    List<Finding> names(String transport, String address, @Nullable String domain) {
        String name = "transport " + transport + " (mx:)";
        List<Finding> all = new ArrayList<>();
        try {
            MxProbe.Names found = MxProbe.names(TransportUri.parse(address), context, domain, limit);
            boolean answered = found.servers().stream().anyMatch(s -> s.problem() == null);
            found.servers().forEach(s -> all.add(server(name + " name server", s, answered)));
            all.add(dane(name + " DANE", found.dane()));
            found.ehlo().forEach(e -> all.add(ehlo(name + " EHLO", e)));
            if (domain == null) {
                all.add(Finding.ok(
                        name + " port 25",
                        "is not tried; mailer doctor --to DOMAIN opens a session with a host of the domain"));
            }
        } catch (MailerConfigException e) {
            all.add(Finding.problem(name, String.valueOf(e.getMessage()), "mend the address"));
        }
        return all;
    }

    /** Opens a session with a host of the domain. */
    List<Finding> visit(String transport, String address, SSLContext tls, String domain) {
        String name = "transport " + transport + " (mx:) to " + domain;
        try {
            MxProbe.Visit visit = MxProbe.visit(TransportUri.parse(address), context, tls, domain, limit);
            Failure failure = visit.failure();
            if (failure == null) {
                String how = visit.protocol() == null ? "in clear text" : visit.protocol();
                return List.of(Finding.ok(name, "a session with " + visit.remote() + ", " + how));
            }
            String host = failure.remoteHost() == null ? "" : failure.remoteHost() + ": ";
            String code = failure.code() == 0 ? "" : failure.code() + " ";
            return List.of(Finding.problem(name, host + code + failure.text(), advice(failure)));
        } catch (MailerConfigException e) {
            // told with the names
            return List.of();
        }
    }

    private static Finding server(String check, MxProbe.NameServer server, boolean othersAnswer) {
        if (server.problem() == null) {
            return Finding.ok(check, server.address() + " answers");
        }
        String text = server.address() + " gives no answer: " + server.problem();
        String advice = "see option dns of the transport, or the name servers of the system";
        return othersAnswer ? Finding.warning(check, text, advice) : Finding.problem(check, text, advice);
    }

    /** Mail goes without it, so what is missing is a note. */
    private static Finding dane(String check, MxProbe.Dane dane) {
        return Finding.ok(
                check,
                switch (dane) {
                    case READY -> "is used where a domain has it: the name servers are on this machine, and validate";
                    case OFF -> "is turned off by dane=off";
                    case NOT_TRUSTED ->
                        "is not used: the name servers are not on this machine, so nobody knows whether they validated;"
                                + " a validating one on it (dns=127.0.0.1) changes that";
                    case NOT_VALIDATED -> "is not used: the name servers are on this machine, and do not validate";
                    case UNKNOWN -> "is unknown: no name server has answered";
                });
    }

    private static Finding ehlo(String check, String name) {
        String last = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        boolean full = name.indexOf('.') > 0 && !name.startsWith("[") && !last.isEmpty() && !PRIVATE.contains(last);
        return full
                ? Finding.ok(check, name)
                : Finding.warning(
                        check,
                        "'" + name + "' is no name that others know; many hosts refuse it",
                        "set hostName, or ehlo of the transport, to the name that the address leads back to");
    }

    private static String advice(Failure failure) {
        if (failure.code() != 0 && failure.remoteHost() != null) {
            return "see what it says; \"mailer doctor domain\" looks at names and records of ours";
        }
        return switch (failure.phase()) {
            case TLS -> "see whether the domain's policy or its host is at fault, by visiting another domain";
            case CONNECT ->
                failure.remoteHost() == null
                        ? "see how the domain is written, or visit another"
                        : "many networks block port 25: ask yours to open it, or send by a relay";
            default -> "visit another domain to see which side is at fault";
        };
    }
}
