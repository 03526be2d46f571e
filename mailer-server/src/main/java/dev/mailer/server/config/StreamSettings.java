// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import dev.mailer.core.MailerBuilder;
import dev.mailer.core.StreamOptions;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Reads {@code streams.*}: which streams there are, and share, slots and way out of each. For one thread. */
final class StreamSettings {
    private static final String PREFIX = "streams.";

    private final GivenSettings given;
    private final Set<String> transports;

    /** @param transports the names of those that are set */
    StreamSettings(GivenSettings given, Set<String> transports) {
        this.given = given;
        this.transports = transports;
    }

    /** Hands on what each setting means, with its name. */
    void read(BiConsumer<String, Consumer<MailerBuilder>> options) {
        given.forEach((key, value) -> {
            if (key.startsWith(PREFIX)) {
                String stream = key.substring(PREFIX.length(), key.lastIndexOf('.'));
                Consumer<StreamOptions> option = isOfOthers(key) ? defined -> {} : option(key);
                options.accept(key, builder -> builder.stream(stream, option));
            }
        });
    }

    /** What a plugin reads: here it only says that there is the stream. */
    private static boolean isOfOthers(String key) {
        return UnsubscribeSettings.isOurs(key)
                || TrackingSettings.SWITCHES.stream().anyMatch(key::endsWith);
    }

    private Consumer<StreamOptions> option(String key) {
        if (key.endsWith(".weight")) {
            int weight = given.number(key, 1, 0, 1_000);
            return stream -> stream.weight(weight);
        }
        if (key.endsWith(".reserved")) {
            int reserved = given.number(key, 0, 0, 1_000);
            return stream -> stream.reserved(reserved);
        }
        String transport = given.text(key, MailerBuilder.DEFAULT_TRANSPORT);
        if (!transport.equals(MailerBuilder.DEFAULT_TRANSPORT) && !transports.contains(transport)) {
            Set<String> further = new TreeSet<>(transports);
            further.remove(MailerBuilder.DEFAULT_TRANSPORT);
            given.problem(
                    key,
                    "'" + transport + "' is none of transports.*, which are " + further + "; set transports."
                            + transport + ", too");
        }
        return stream -> stream.transport(transport);
    }
}
