// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.core.MailerBuilder;
import dev.mailer.smtp.SmtpTransportFactory;
import dev.mailer.smtp.dkim.DkimSigner;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Installs what extends a mailer: what its properties ask for, which may not be on the class path, and, into the default one, the plugins
 * and extensions that are beans.
 */
final class ChosenPlugins {
    private final ApplicationContext context;
    private final MailerProperties properties;
    private final @Nullable MailerSubstitutes substitutes;

    ChosenPlugins(ApplicationContext context, MailerProperties properties, @Nullable MailerSubstitutes substitutes) {
        this.context = context;
        this.properties = properties;
        this.substitutes = substitutes;
    }

    /** @param tls by which smtp and smtps connections are secured; null for what the platform has */
    void install(boolean main, MailerSettings settings, @Nullable BundledTls tls, MailerBuilder builder) {
        ofProperties(settings, tls, builder);
        if (main) {
            links(builder);
            context.getBeanProvider(MailerPlugin.class).orderedStream().forEach(builder::install);
            builder.install(new ExtensionBeans(context));
        } else {
            ofFurther(settings, builder);
        }
        webhooks(settings, builder);
    }

    private void ofProperties(MailerSettings settings, @Nullable BundledTls tls, MailerBuilder builder) {
        DkimSigner signer = DkimKeys.of(settings, context);
        EntityTransform smime = smime(settings);
        builder.install(MailerPlugin.of("settings", plugin -> {
            if (tls != null) {
                plugin.transportFactory(new SmtpTransportFactory(tls));
            }
            if (signer != null) {
                plugin.signer(signer);
            }
            if (smime != null) {
                plugin.transform(smime);
            }
        }));
    }

    /** Beans are for the default mailer, except what knows a scheme that transports of any mailer may have. */
    private void ofFurther(MailerSettings settings, MailerBuilder builder) {
        if (settings.getTracking() != null) {
            throw new MailerConfigException(
                    "tracking", "is set for a further mailer; what recipients reach is that of the default one");
        }
        if (substitutes != null) {
            builder.install(substitutes.plugin());
        } else {
            context.getBeanProvider(MailerPlugin.class)
                    .orderedStream()
                    .filter(plugin -> plugin.name().equals("mailbox"))
                    .forEach(builder::install);
        }
    }

    private @Nullable EntityTransform smime(MailerSettings settings) {
        SmimeSettings smime = settings.getSmime();
        if (smime == null) {
            return null;
        }
        if (!isPresent("dev.mailer.smime.SmimePlugin")) {
            throw new MailerConfigException("smime", "is set, and dev.mailer:mailer-smime is not on the class path");
        }
        return SmimeIdentities.of(smime, context);
    }

    /** Those of the default mailer alone, whose endpoints are served. */
    private void links(MailerBuilder builder) {
        String url = properties.getPublicUrl();
        if (url == null || url.isBlank()) {
            requireNoLinks();
        } else if (isPresent("dev.mailer.tracking.unsubscribe.UnsubscribePlugin")) {
            RecipientLinks links = new RecipientLinks(url, properties, context);
            builder.install(links.unsubscribing()).install(links.tracking());
        } else {
            throw new MailerConfigException(
                    "publicUrl", "is set, and dev.mailer:mailer-tracking is not on the class path");
        }
    }

    private void requireNoLinks() {
        Stream<String> ofStreams = properties.getStreams().entrySet().stream()
                .flatMap(stream -> ofLinks(stream.getValue()).map(option -> "streams." + stream.getKey() + option));
        Stream<String> others = Stream.of(
                        properties.getUnsubscribe() == null ? "" : "unsubscribe",
                        properties.getTracking() == null ? "" : "tracking",
                        properties.getPublicUrls().isEmpty() ? "" : "publicUrls")
                .filter(option -> !option.isEmpty());
        Stream.concat(ofStreams, others).findFirst().ifPresent(option -> {
            throw new MailerConfigException(
                    option, "is set without publicUrl, where recipients reach this application");
        });
    }

    private static Stream<String> ofLinks(StreamSettings stream) {
        return Stream.of(
                        stream.unsubscribe() == null ? "" : ".unsubscribe",
                        stream.listId() == null ? "" : ".listId",
                        stream.trackOpens() == null ? "" : ".trackOpens",
                        stream.trackClicks() == null ? "" : ".trackClicks")
                .filter(option -> !option.isEmpty());
    }

    /** An application that makes the plugin itself has a bean of it, and no such properties. */
    private void webhooks(MailerSettings settings, MailerBuilder builder) {
        WebhookSettings webhooks = settings.getWebhooks();
        if (webhooks == null) {
            return;
        }
        if (!isPresent("dev.mailer.webhooks.WebhooksPlugin")) {
            throw new MailerConfigException(
                    "webhooks", "is set, and dev.mailer:mailer-webhooks is not on the class path");
        }
        builder.install(WebhookTargets.of(
                webhooks, context.getBeanProvider(MeterRegistry.class).getIfUnique()));
    }

    private static boolean isPresent(String className) {
        return ClassUtils.isPresent(className, ChosenPlugins.class.getClassLoader());
    }
}
