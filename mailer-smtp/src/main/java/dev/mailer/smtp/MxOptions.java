// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.smtp.mx.MxSettings;
import dev.mailer.smtp.mx.Providers;
import dev.mailer.smtp.mx.ResolverSettings;
import dev.mailer.smtp.mx.ShapingRules;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How the hosts of a domain are found, and what they must show; read from the options of {@code mx:}. */
record MxOptions(
        ResolverSettings resolver,
        MxSettings hosts,
        Providers providers,
        ShapingRules shaping,
        boolean sts,
        boolean dane,
        int concurrency) {
    static final Set<String> NAMES = Set.of(
            "port",
            "tls",
            "dns",
            "allowPrivate",
            "sts",
            "dane",
            "providers",
            "shaping",
            "concurrency",
            "messagesPerMinute");

    /** Mails at a time, to all sites together. */
    static final int DEFAULT_CONCURRENCY = 64;

    /** What may be set to one of two. */
    private enum Switch {
        ON,
        OFF
    }

    /** What is taken from TLSA records (RFC 7672). */
    private enum Dane {
        /** What a validating name server on this machine says. */
        ON,
        /** What the name servers say, wherever they are. */
        TRUSTED,
        OFF
    }

    static MxOptions of(TransportUri uri, TransportContext context, String ehlo) {
        OptionReader options = new OptionReader(uri);
        String dns = options.text("dns", "");
        ShapingRules rules = ShapingRules.builtIn();
        Dane dane = options.choice("dane", Dane.values(), Dane.ON);
        ResolverSettings resolver = resolver(options, dns);
        return new MxOptions(
                dane == Dane.TRUSTED ? resolver.trusted(true) : resolver,
                new MxSettings(
                        Stream.of(context.hostName(), ehlo).collect(Collectors.toUnmodifiableSet()),
                        ownAddresses(),
                        isOn(options, "allowPrivate", Switch.OFF),
                        AddressFamily.of(options).choice()),
                options.file("providers", Providers.builtIn(), Providers::with),
                options.file("shaping", rules, rules::behind),
                isOn(options, "sts", Switch.ON),
                dane != Dane.OFF,
                options.count("concurrency", DEFAULT_CONCURRENCY, 10_000));
    }

    private static boolean isOn(OptionReader options, String name, Switch usual) {
        return options.choice(name, Switch.values(), usual) == Switch.ON;
    }

    private static ResolverSettings resolver(OptionReader options, String dns) {
        try {
            return dns.isEmpty() ? ResolverSettings.ofSystem() : ResolverSettings.parse(dns);
        } catch (MailerConfigException | IllegalArgumentException e) {
            throw options.error("dns", dns, "addresses of name servers such as 127.0.0.1 or 192.0.2.1:5353,192.0.2.2");
        }
    }

    /** Where others reach this machine, as far as it knows; mail for a domain whose host is here would go round. */
    private static Set<InetAddress> ownAddresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress())
                    .collect(Collectors.toUnmodifiableSet());
        } catch (SocketException e) {
            return Set.of();
        }
    }
}
