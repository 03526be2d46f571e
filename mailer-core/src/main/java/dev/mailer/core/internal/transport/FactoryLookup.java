// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.TransportFactory;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the factory of a scheme: given ones first, then those built in and those on the class path. */
final class FactoryLookup {
    private static final Logger log = LoggerFactory.getLogger(FactoryLookup.class);
    private static final String SMTP = "dev.mailer:mailer-smtp";
    private static final String PROVIDERS = "dev.mailer:mailer-providers";
    /** Where the schemes are that come with this project. */
    private static final Map<String, String> ARTIFACTS = Map.ofEntries(
            Map.entry("smtp", SMTP),
            Map.entry("smtps", SMTP),
            Map.entry("mx", SMTP),
            Map.entry("mailbox", "dev.mailer:mailer-mailbox"),
            Map.entry("ses", PROVIDERS),
            Map.entry("sendgrid", PROVIDERS),
            Map.entry("postmark", PROVIDERS),
            Map.entry("mailgun", PROVIDERS),
            Map.entry("resend", PROVIDERS));

    private final List<TransportFactory> explicit;
    private final List<TransportFactory> found;

    FactoryLookup(List<TransportFactory> explicit, List<TransportFactory> found) {
        this.explicit = List.copyOf(explicit);
        this.found = List.copyOf(found);
    }

    /** The given factories, those built in, and what both class loaders show. */
    static FactoryLookup system(List<TransportFactory> explicit, BuiltInTransports builtIn) {
        Map<String, TransportFactory> found = new LinkedHashMap<>();
        found.put(builtIn.getClass().getName(), builtIn);
        load(Thread.currentThread().getContextClassLoader(), found);
        load(FactoryLookup.class.getClassLoader(), found);
        return new FactoryLookup(explicit, new ArrayList<>(found.values()));
    }

    /** The factory of a scheme in lower case. */
    TransportFactory factoryOf(String scheme) {
        TransportFactory factory = only(scheme, explicit);
        if (factory == null) {
            factory = only(scheme, found);
        }
        if (factory != null) {
            return factory;
        }
        String artifact = ARTIFACTS.get(scheme);
        TreeSet<String> known = new TreeSet<>();
        explicit.forEach(f -> known.addAll(f.schemes()));
        found.forEach(f -> known.addAll(f.schemes()));
        throw new MailerConfigException(
                "transport",
                "unknown scheme '" + scheme + "'; " + (artifact == null ? "" : "add " + artifact + " for it; ")
                        + "known are " + String.join(", ", known));
    }

    private static @Nullable TransportFactory only(String scheme, List<TransportFactory> among) {
        List<TransportFactory> of =
                among.stream().filter(f -> f.schemes().contains(scheme)).toList();
        if (of.size() > 1) {
            throw new MailerConfigException(
                    "transport",
                    "the scheme '" + scheme + "' has two factories, "
                            + of.get(0).getClass().getName() + " and "
                            + of.get(1).getClass().getName() + "; remove one, or give one to the builder");
        }
        return of.isEmpty() ? null : of.get(0);
    }

    /** A factory that cannot be loaded is passed over, so that one broken jar does not stop mailers that do not name its scheme. */
    private static void load(@Nullable ClassLoader loader, Map<String, TransportFactory> into) {
        Iterator<TransportFactory> factories =
                ServiceLoader.load(TransportFactory.class, loader).iterator();
        for (int broken = 0; broken < 100; ) {
            try {
                if (!factories.hasNext()) {
                    return;
                }
                TransportFactory factory = factories.next();
                into.putIfAbsent(factory.getClass().getName(), factory);
            } catch (ServiceConfigurationError e) {
                broken++;
                log.warn("a transport factory cannot be loaded and is passed over: {}", e.getMessage());
            }
        }
    }
}
