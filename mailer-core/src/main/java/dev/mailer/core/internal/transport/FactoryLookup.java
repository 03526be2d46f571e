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
    private static final String SMTP = "add dev.mailer:mailer-smtp for it";
    private static final String LATER = "it is not available in this version";
    /** What to do about a scheme of this project that has no factory here. */
    private static final Map<String, String> HINTS = Map.ofEntries(
            Map.entry("smtp", SMTP),
            Map.entry("smtps", SMTP),
            Map.entry("mailbox", "add dev.mailer:mailer-mailbox and install(MailboxPlugin.create()) for it"),
            Map.entry("mx", LATER),
            Map.entry("ses", LATER),
            Map.entry("sendgrid", LATER),
            Map.entry("postmark", LATER),
            Map.entry("mailgun", LATER),
            Map.entry("resend", LATER));

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
        String hint = HINTS.get(scheme);
        TreeSet<String> known = new TreeSet<>();
        explicit.forEach(f -> known.addAll(f.schemes()));
        found.forEach(f -> known.addAll(f.schemes()));
        throw new MailerConfigException(
                "transport",
                "unknown scheme '" + scheme + "'; " + (hint == null ? "" : hint + "; ") + "known are "
                        + String.join(", ", known));
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
            } catch (ServiceConfigurationError | LinkageError e) {
                broken++;
                log.warn("a transport factory cannot be loaded and is passed over: {}", e.toString());
            }
        }
    }
}
