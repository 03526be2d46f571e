// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.Router;
import dev.mailer.core.MailerBuilder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends each stream by the transport that its settings name, all others by the default one. */
final class StreamTransports implements Router {
    private final Map<String, String> transports;

    private StreamTransports(Map<String, String> transports) {
        this.transports = Map.copyOf(transports);
    }

    /** Null where no stream names one. */
    static @Nullable StreamTransports of(MailerSettings settings) {
        Map<String, String> transports = new HashMap<>();
        settings.getStreams().forEach((stream, options) -> {
            String name = options.transport();
            if (name == null) {
                return;
            }
            if (!name.equals(MailerBuilder.DEFAULT_TRANSPORT)
                    && !settings.getTransports().containsKey(name)) {
                throw new MailerConfigException(
                        "streams." + stream + ".transport",
                        "names '" + name + "', which is none of the transports "
                                + settings.getTransports().keySet()
                                + "; set transports." + name + " of this mailer, too");
            }
            transports.put(stream, name);
        });
        return transports.isEmpty() ? null : new StreamTransports(transports);
    }

    @Override
    public String plan(Delivery delivery) {
        return transports.getOrDefault(delivery.stream(), MailerBuilder.DEFAULT_TRANSPORT);
    }
}
