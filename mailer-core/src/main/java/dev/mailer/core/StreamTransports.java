// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.Router;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Sends each stream by the transport that its options name, all others by the default one. Immutable. */
final class StreamTransports implements Router {
    private final Map<String, String> transports;

    private StreamTransports(Map<String, String> transports) {
        this.transports = Map.copyOf(transports);
    }

    /**
     * Null where no stream names one.
     *
     * @param names of the transports beside the default one
     * @param hasRouter true when somebody else decides already
     */
    static @Nullable StreamTransports of(Map<String, StreamOptions> streams, Set<String> names, boolean hasRouter) {
        Map<String, String> transports = new HashMap<>();
        streams.forEach((stream, options) -> {
            String name = options.transport();
            if (name == null) {
                return;
            }
            String option = "streams." + stream + ".transport";
            if (hasRouter) {
                throw new MailerConfigException(
                        option, "names '" + name + "' beside a router, which decides alone; keep one of them");
            }
            if (!name.equals(MailerBuilder.DEFAULT_TRANSPORT) && !names.contains(name)) {
                Set<String> known = new TreeSet<>(names);
                known.remove(MailerBuilder.DEFAULT_TRANSPORT);
                throw new MailerConfigException(
                        option,
                        "names '" + name + "', which is none of the transports " + known + "; set transports." + name
                                + " of this mailer, too");
            }
            transports.put(stream, name);
        });
        return transports.isEmpty() ? null : new StreamTransports(transports);
    }

    @Override
    public String plan(Delivery delivery) {
        return transports.getOrDefault(delivery.stream(), MailerBuilder.DEFAULT_TRANSPORT);
    }

    @Override
    public String why(Delivery delivery) {
        return transports.containsKey(delivery.stream()) ? "stream " + delivery.stream() : "default";
    }
}
