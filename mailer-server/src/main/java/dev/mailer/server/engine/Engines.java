// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.engine;

import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.mailbox.MailboxPlugin;
import dev.mailer.server.config.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.regex.Pattern;

/** Makes engines. */
public final class Engines {
    /** The transport of a server that has no other: mail stays here and is shown. */
    private static final String MAILBOX = MailboxPlugin.SCHEME + ":";

    /** The scheme of a transport, alone or within {@code failover(…)} and {@code weighted(…)}; not a part of another's address. */
    private static final Pattern NAMES_MAILBOX = Pattern.compile("(?i)(?:^|[\\s(*])" + Pattern.quote(MAILBOX));

    private Engines() {}

    /**
     * Opens the store and starts to send.
     *
     * @throws dev.mailer.api.MailerConfigException a setting is unusable
     * @throws dev.mailer.api.MailerUnavailableException the store cannot be opened, because another process holds it
     */
    public static MailerEngine open(Settings settings, MeterRegistry meters) {
        Settings.Mail mail = settings.mail();
        MailerBuilder builder =
                Mailers.builder().store(mail.store()).meters(meters).observations(observations(meters));
        settings.engine().accept(builder);
        mail.transports().forEach(builder::transport);
        if (mail.transports().isEmpty()) {
            builder.transport(MAILBOX);
        }
        Plugins plugins = new Plugins(mail.pluginFolder());
        mail.plugins().stream()
                .filter(name -> !name.equals(MailboxPlugin.NAME))
                .forEach(name -> builder.install(plugins.named(name)));
        if (usesMailbox(mail)) {
            builder.install(MailboxPlugin.create());
        }
        builder.install(settings.webhooks().get().meters(meters).build());
        return build(builder, plugins.loader());
    }

    /** What is observed shows among the meters; there is no tracer here to make spans of it. */
    private static ObservationRegistry observations(MeterRegistry meters) {
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        return observations;
    }

    /** The engine looks for transports through the thread's class loader too, and its threads inherit it. */
    private static MailerEngine build(MailerBuilder builder, ClassLoader loader) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return builder.build();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Opens the ledger to look at it and to decide about mail; nothing is sent and no transport is needed. */
    public static MailerEngine openPaused(Settings settings) {
        MailerBuilder builder = Mailers.builder().store(settings.mail().store()).paused();
        settings.engine().accept(builder);
        return builder.build();
    }

    static boolean usesMailbox(Settings.Mail mail) {
        return mail.transports().isEmpty()
                || mail.plugins().contains(MailboxPlugin.NAME)
                || mail.transports().values().stream()
                        .anyMatch(uri -> NAMES_MAILBOX.matcher(uri).find());
    }
}
