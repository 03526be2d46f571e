// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.engine;

import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.mailbox.MailboxPlugin;
import dev.mailer.server.config.Settings;
import io.micrometer.core.instrument.MeterRegistry;

/** Makes engines. */
public final class Engines {
    /** The transport of a server that has no other: mail stays here and is shown. */
    private static final String MAILBOX = MailboxPlugin.SCHEME + ":";

    private Engines() {}

    /**
     * Opens the store and starts to send.
     *
     * @throws dev.mailer.api.MailerConfigException a setting is unusable
     * @throws dev.mailer.api.MailerUnavailableException the store cannot be opened, because another process holds it
     */
    public static MailerEngine open(Settings settings, MeterRegistry meters) {
        Settings.Mail mail = settings.mail();
        MailerBuilder builder = Mailers.builder().store(mail.store()).meters(meters);
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
        return build(builder, plugins.loader());
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

    private static boolean usesMailbox(Settings.Mail mail) {
        return mail.transports().isEmpty()
                || mail.plugins().contains(MailboxPlugin.NAME)
                || mail.transports().values().stream().anyMatch(uri -> uri.contains(MAILBOX));
    }
}
