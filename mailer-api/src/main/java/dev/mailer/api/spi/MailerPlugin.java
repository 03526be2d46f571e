// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import java.util.Map;
import java.util.function.Consumer;

/**
 * Something installed into a mailer, always explicitly: {@code builder.install(plugin)}. Configured once while the mailer is
 * built, in the order of installation; closed in reverse after the last send. Two plugins of one name are an error.
 */
public interface MailerPlugin extends AutoCloseable {
    String name();

    void configure(PluginContext context);

    /**
     * Numbers that say how it goes, by name in camel case: told beside the health of the mailer, and never part of its verdict. From memory,
     * cheap enough for every probe; from any thread. Anybody may read them, so no name of a person or a host is among them.
     */
    default Map<String, Long> condition() {
        return Map.of();
    }

    @Override
    default void close() {}

    /** A plugin made of its configuration alone. */
    static MailerPlugin of(String name, Consumer<PluginContext> configure) {
        return new MailerPlugin() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void configure(PluginContext context) {
                configure.accept(context);
            }
        };
    }
}
