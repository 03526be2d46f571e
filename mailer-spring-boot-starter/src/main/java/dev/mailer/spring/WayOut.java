// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.Transport;
import dev.mailer.core.MailerBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationContext;

/**
 * Decides which way mail leaves: by the transport that is set, else, for the default mailer, by a {@link Transport} bean, else by the server
 * of {@code spring.mail}, else into the development mailbox. Substitutes come before all of them.
 */
final class WayOut {
    private static final Logger log = LoggerFactory.getLogger(WayOut.class);
    /** The dev mailbox's scheme. */
    private static final String MAILBOX = "mailbox:";

    private final ApplicationContext context;
    private final MailerProperties properties;
    private final @Nullable MailerSubstitutes substitutes;

    WayOut(ApplicationContext context, MailerProperties properties, @Nullable MailerSubstitutes substitutes) {
        this.context = context;
        this.properties = properties;
        this.substitutes = substitutes;
    }

    /** Sets the way out; the SSL bundle that goes with it. */
    @Nullable
    BundledTls choose(boolean main, MailerSettings settings, MailerBuilder builder) {
        if (substitutes != null) {
            builder.onlyTransport(substitutes.transport());
            return null;
        }
        if (settings.getTransport() != null) {
            builder.transport(settings.getTransport());
            return tls("sslBundle", settings.getSslBundle());
        }
        Transport bean = main ? context.getBeanProvider(Transport.class).getIfAvailable() : null;
        if (bean != null) {
            builder.transport(bean);
            return tls("sslBundle", settings.getSslBundle());
        }
        SpringMailServer server = main ? SpringMailServer.of(context.getEnvironment()) : null;
        if (server != null) {
            builder.transport(server.uri());
            return settings.getSslBundle() == null
                    ? tls("spring.mail.ssl.bundle", server.sslBundle())
                    : tls("sslBundle", settings.getSslBundle());
        }
        if (main && context.containsBean(MailboxCondition.BEAN)) {
            builder.transport(MAILBOX);
            log.warn(
                    "no transport is set: mail goes to the development mailbox{} and nowhere else; mailer.transport sets one",
                    context.containsBean(MailerWebAutoConfiguration.MAPPING)
                            ? " at " + properties.getMailbox().path()
                            : "");
            return tls("sslBundle", settings.getSslBundle());
        }
        throw new MailerConfigException(
                "transport", "is missing; give a URI such as smtp://user:password@host:587, or memory: for tests");
    }

    private @Nullable BundledTls tls(String option, @Nullable String bundle) {
        return bundle == null
                ? null
                : BundledTls.of(
                        option,
                        bundle,
                        context.getBeanProvider(SslBundles.class).getIfAvailable());
    }
}
