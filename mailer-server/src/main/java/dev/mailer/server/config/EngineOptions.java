// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.Mailers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a mailer is to be told. Each option is tried on a builder that is thrown away: the rules stay in one place, the engine's. For one
 * thread.
 */
final class EngineOptions {
    private final GivenSettings given;
    private final MailerBuilder scratch = Mailers.builder();
    private final List<Consumer<MailerBuilder>> options = new ArrayList<>();

    EngineOptions(GivenSettings given) {
        this.given = given;
    }

    /** Notes a problem with the setting where the engine refuses the option. */
    void add(String key, Consumer<MailerBuilder> option) {
        given.check(key, () -> option.accept(scratch));
        options.add(option);
    }

    /** Not tried: what is wrong with a plugin shows when the mailer is made. */
    void install(MailerPlugin plugin) {
        options.add(builder -> builder.install(plugin));
    }

    /** All in one, in their order. */
    Consumer<MailerBuilder> all() {
        List<Consumer<MailerBuilder>> all = List.copyOf(options);
        return builder -> all.forEach(option -> option.accept(builder));
    }
}
