// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.core.MailerBuilder;
import dev.mailer.server.config.Settings;
import dev.mailer.server.doctor.MxCheck;
import dev.mailer.smtp.dkim.DkimPrivateKey;
import dev.mailer.smtp.domain.DomainCheck;
import dev.mailer.smtp.domain.DomainCheckBuilder;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the settings know of a domain's mail: the keys that sign it, and how it leaves when it goes straight to its receivers. */
final class DomainFromSettings {
    private static final Pattern WEIGHT = Pattern.compile("\\*[1-9]\\d{0,3}$");

    private final Settings settings;

    DomainFromSettings(Settings settings) {
        this.settings = settings;
    }

    /** @param addresses that mail is sent from; empty: the source addresses of the settings, where there are some */
    DomainCheckBuilder check(String domain, List<String> addresses) {
        try {
            DomainCheckBuilder check = DomainCheck.of(domain);
            addresses.forEach(check::source);
            keys(domain.toLowerCase(Locale.ROOT), check);
            take("hostName", settings.shownValue("hostName"), check::ehlo);
            take("publicUrl", settings.shownValue("publicUrl"), url -> check.unsubscribe(URI.create(url)));
            String direct = direct();
            if (direct != null) {
                transport(direct, addresses.isEmpty(), check);
            }
            return check;
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.USAGE, String.valueOf(e.getMessage()));
        }
    }

    /** The first transport that brings mail straight to its receivers, alone or within others; the default one goes first. */
    private @Nullable String direct() {
        Map<String, String> all = new TreeMap<>(settings.mail().transports());
        return Stream.concat(Stream.ofNullable(all.remove(MailerBuilder.DEFAULT_TRANSPORT)), all.values().stream())
                .flatMap(uri -> MxCheck.addresses(uri).stream())
                .findFirst()
                .orElse(null);
    }

    /** Mail is signed for its domain, or for the nearest one above it that has a key. */
    private void keys(String domain, DomainCheckBuilder check) {
        List<Settings.SigningKey> fitting = settings.signing().stream()
                .filter(s -> ("." + domain).endsWith("." + s.domain().toLowerCase(Locale.ROOT)))
                .toList();
        int nearest = fitting.stream().mapToInt(s -> s.domain().length()).max().orElse(0);
        fitting.stream()
                .filter(s -> s.domain().length() == nearest)
                .forEach(s -> check.key(s.domain(), s.selector(), DkimPrivateKey.parse(s.key())));
    }

    private static void transport(String text, boolean withSource, DomainCheckBuilder check) {
        TransportUri uri;
        try {
            uri = TransportUri.parse(text);
        } catch (MailerConfigException e) {
            // told by those who send by it
            return;
        }
        take("ehlo", uri.option("ehlo", ""), check::ehlo);
        if (withSource) {
            take("sourceAddress", uri.option("sourceAddress", ""), all -> sources(all, check));
        }
        take("dns", uri.option("dns", ""), check::nameServers);
    }

    /** {@code 192.0.2.1*3,mta2.example.com@192.0.2.2}: the weights say nothing here; of the addresses as many as a check takes. */
    private static void sources(String all, DomainCheckBuilder check) {
        Arrays.stream(all.split(",", -1))
                .map(part -> WEIGHT.matcher(part.strip()).replaceFirst(""))
                .distinct()
                .limit(DomainCheckBuilder.MAX_EACH)
                .forEach(check::source);
    }

    private static void take(String setting, String value, Consumer<String> option) {
        if (value.isEmpty()) {
            return;
        }
        try {
            option.accept(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(setting + ": " + e.getMessage(), e);
        }
    }
}
