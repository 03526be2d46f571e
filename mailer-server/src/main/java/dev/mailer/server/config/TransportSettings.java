// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import dev.mailer.api.spi.TransportUri;
import dev.mailer.core.MailerBuilder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads {@code transport} and {@code transports.*}: the ways out. For one thread. */
final class TransportSettings {
    private static final String FURTHER = "transports.";

    private final GivenSettings given;

    TransportSettings(GivenSettings given) {
        this.given = given;
    }

    /** URIs and composites by name; empty where none is set. */
    Map<String, String> read() {
        Map<String, String> transports = new LinkedHashMap<>();
        given.forEach((key, value) -> {
            String name = key.equals("transport")
                    ? MailerBuilder.DEFAULT_TRANSPORT
                    : key.startsWith(FURTHER) ? key.substring(FURTHER.length()) : null;
            if (name == null) {
                return;
            }
            given.show(key, Values.redacted(value.value()), value.origin());
            if (!value.value().matches("(?s)\\w+\\(.*")) {
                given.check(key, () -> TransportUri.parse(value.value()));
            }
            if (transports.put(name, value.value()) != null) {
                given.problem(key, "names the transport that 'transport' sets already");
            }
        });
        if (!transports.isEmpty() && !transports.containsKey(MailerBuilder.DEFAULT_TRANSPORT)) {
            given.problem("transport", "is missing; transports.* only adds further ones");
        }
        if (transports.isEmpty()) {
            given.show("transport", "mailbox:", "default");
        }
        return transports;
    }
}
