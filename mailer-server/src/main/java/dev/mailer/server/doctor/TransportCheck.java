// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.doctor;

import dev.mailer.api.Failure;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.smtp.SmtpProbe;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/** Whether the servers of a transport take a session: name, connection, TLS, certificate, login. */
final class TransportCheck {
    private static final Pattern SERVER = Pattern.compile("(?i)(?:smtps?|lmtp)://[^\\s,)]+");
    private static final long FEW_DAYS = 14;

    private final TransportContext context;
    private final SSLContext tls;
    private final Duration limit;

    TransportCheck(TransportContext context, SSLContext tls, Duration limit) {
        this.context = context;
        this.tls = tls;
        this.limit = limit;
    }

    /** The SMTP servers of a transport, also of a composite one. */
    static List<String> servers(String uri) {
        return SERVER.matcher(uri).results().map(MatchResult::group).toList();
    }

    List<Finding> run(String transport, String server) {
        List<Finding> all = new ArrayList<>();
        try {
            TransportUri uri = TransportUri.parse(server);
            String name = "transport " + transport + " (" + uri + ")";
            boolean found = true;
            // a proxy looks the name up itself, and may be the only one that can
            if (!uri.options().containsKey("proxy")) {
                Finding dns = names(name, uri);
                all.add(dns);
                found = dns.level() == Finding.Level.OK;
            }
            if (found) {
                report(name, SmtpProbe.run(uri, context, tls, limit), all);
            }
        } catch (MailerConfigException e) {
            all.add(Finding.problem("transport " + transport, String.valueOf(e.getMessage()), "mend the address"));
        }
        return all;
    }

    private static Finding names(String name, TransportUri uri) {
        try {
            InetAddress[] addresses = InetAddress.getAllByName(uri.requireHost());
            return Finding.ok(
                    name + " name",
                    Arrays.stream(addresses).map(InetAddress::getHostAddress).collect(Collectors.joining(", ")));
        } catch (UnknownHostException e) {
            return Finding.problem(
                    name + " name",
                    "no address is known for " + uri.host(),
                    "see the host's name, and the name server");
        }
    }

    private void report(String name, SmtpProbe.Report report, List<Finding> all) {
        Phase phase = report.phase();
        Failure failure = report.failure();
        if (phase != null) {
            String text =
                    failure == null ? "failed" : (failure.code() == 0 ? "" : failure.code() + " ") + failure.text();
            all.add(Finding.problem(name + " " + step(phase), text, advice(phase)));
            return;
        }
        X509Certificate certificate = report.certificate();
        if (report.protocol() == null || certificate == null) {
            all.add(Finding.warning(
                    name + " TLS", "none: mail goes in clear text", "use smtps://, or a server that offers STARTTLS"));
        } else {
            all.add(Finding.ok(name + " TLS", report.protocol()));
            all.add(expiry(name + " certificate", certificate));
        }
        all.add(Finding.ok(name + " extensions", String.join(", ", report.extensions())));
        all.add(
                report.user() == null
                        ? Finding.ok(name + " login", "none is set")
                        : Finding.ok(name + " login", "accepted"));
    }

    private Finding expiry(String name, X509Certificate certificate) {
        long days = Duration.between(
                        context.clock().instant(), certificate.getNotAfter().toInstant())
                .toDays();
        String text = certificate.getSubjectX500Principal().getName() + ", verified, expires in " + days + " days";
        return days < FEW_DAYS
                ? Finding.warning(name, text, "have the certificate renewed; when it expires nothing is sent")
                : Finding.ok(name, text);
    }

    private static String step(Phase phase) {
        return switch (phase) {
            case TLS -> "TLS";
            case AUTH -> "login";
            default -> "connection";
        };
    }

    private static String advice(Phase phase) {
        return switch (phase) {
            case TLS ->
                "use the name that the certificate has, or the port that offers TLS: 587 for smtp://, 465 for smtps://;"
                        + " tls.authorities for an authority of your own";
            case AUTH -> "see user and password, and whether the provider wants a password of its own for programs";
            default -> "see host and port, and whether a firewall is between; many networks block port 25";
        };
    }
}
