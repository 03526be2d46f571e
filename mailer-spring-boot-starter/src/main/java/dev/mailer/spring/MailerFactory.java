// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.api.spi.MailListener;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.SecretSource;
import dev.mailer.api.spi.Transport;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.smtp.SmtpTransportFactory;
import dev.mailer.smtp.dkim.DkimSigner;
import dev.mailer.spring.transaction.JoiningMailer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/** Makes the mailers of an application out of its properties and its beans. */
public final class MailerFactory {
    private static final Logger log = LoggerFactory.getLogger(MailerFactory.class);
    /** The dev mailbox's scheme. */
    private static final String MAILBOX = "mailbox:";

    /** Whether there is what mail joins transactions by. */
    static final boolean TRANSACTIONS = isPresent("org.springframework.jdbc.datasource.ConnectionHolder")
            && isPresent("org.springframework.transaction.support.TransactionSynchronization");

    private final ApplicationContext context;
    private final MailerProperties properties;
    private final LedgerChoice ledgers;
    private final @Nullable MailerSubstitutes substitutes;

    MailerFactory(ApplicationContext context, MailerProperties properties) {
        this.context = context;
        this.properties = properties;
        this.substitutes = context.getBeanProvider(MailerSubstitutes.class).getIfAvailable();
        this.ledgers = new LedgerChoice(context, substitutes == null ? InstantSource.system() : substitutes.clock());
    }

    /**
     * Makes a mailer, and begins to open and start it.
     *
     * @param mailer {@value MailerBuilderCustomizer#DEFAULT}, or the name of one of {@code mailer.mailers}
     */
    public MailerEngine open(String mailer) {
        if (mailer.equals(MailerBuilderCustomizer.DEFAULT)) {
            return begin(mailer, prepare(mailer, properties, true));
        }
        MailerSettings settings = properties.getMailers().get(mailer);
        if (settings == null) {
            throw new IllegalArgumentException("there is no mailer.mailers." + mailer);
        }
        Prepared prepared = named(mailer, () -> prepare(mailer, settings, false));
        return begin(mailer, new Prepared(() -> named(mailer, prepared.opener), prepared.source));
    }

    /** What goes wrong is said of the property as it is written. */
    private static <T> T named(String mailer, Supplier<T> step) {
        try {
            return step.get();
        } catch (MailerConfigException e) {
            throw new MailerConfigException("mailers." + mailer + "." + e.option(), e.problem(), e);
        }
    }

    /**
     * A mailer to be opened, which needs nothing more of the context.
     *
     * @param source the DataSource whose transactions it joins; null when there is none
     */
    private record Prepared(
            Supplier<MailerEngine> opener, @Nullable DataSource source) {}

    private static MailerEngine begin(String mailer, Prepared prepared) {
        MailerEngine opening = OpeningMailer.begin(mailer, prepared.opener::get);
        DataSource source = prepared.source;
        return source != null && TRANSACTIONS ? JoiningMailer.of(opening, source) : opening;
    }

    private Prepared prepare(String mailer, MailerSettings settings, boolean main) {
        if (main && properties.isJavaMailSender()) {
            requireJavaMail(context.getClassLoader());
        }
        MailerBuilder builder = Mailers.builder().secrets(secrets());
        new SettingsReading(settings).applyTo(builder);
        ways(settings, builder);
        Ledger ledger = ledgers.choose(mailer, settings);
        BundledTls tls = transport(main, settings, builder);
        extensions(main, settings, tls, builder);
        webhooks(settings, builder);
        if (settings.getTemplates() != null) {
            TemplateFolder templates = TemplateFolder.at(settings.getTemplates(), context);
            builder.install(templates).templates(templates.path());
        }
        if (substitutes != null) {
            builder.clock(substitutes.clock());
        }
        observability(mailer, builder);
        context.getBeanProvider(MailListener.class).orderedStream().forEach(builder::onEvent);
        context.getBeanProvider(MailerBuilderCustomizer.class)
                .orderedStream()
                .forEach(c -> c.customize(mailer, builder));
        return new Prepared(() -> open(mailer, main, builder, ledger), ledger.source());
    }

    private MailerEngine open(String mailer, boolean main, MailerBuilder builder, Ledger ledger) {
        MailerEngine engine = build(builder, ledger.open());
        log.info("the ledger of the mailer '{}' {}", mailer, ledger.said());
        log.info("mail of the mailer '{}' leaves by {}", mailer, engine.transports());
        if (main && substitutes == null && !engine.endpoints().isEmpty() && !isServed()) {
            log.warn(
                    "{} cannot be seen: endpoints are mounted in Spring MVC and WebFlux, and this application has neither",
                    engine.endpoints().stream().map(HttpEndpoint::path).toList());
        }
        return engine;
    }

    /** What keeps the mailer from starting can come before it has taken the store. */
    private static MailerEngine build(MailerBuilder builder, OutboxStore store) {
        try {
            return builder.store(store).build();
        } catch (RuntimeException e) {
            try {
                store.close();
            } catch (Exception closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    /** The further ways out, by name. */
    private static void ways(MailerSettings settings, MailerBuilder builder) {
        settings.getTransports().forEach(builder::transport);
    }

    /** Sets the way out; the SSL bundle that goes with it. */
    private @Nullable BundledTls transport(boolean main, MailerSettings settings, MailerBuilder builder) {
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
                    isServed() ? " at " + properties.getMailbox().path() : "");
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

    private void extensions(boolean main, MailerSettings settings, @Nullable BundledTls tls, MailerBuilder builder) {
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
        if (main) {
            links(builder);
            context.getBeanProvider(MailerPlugin.class).orderedStream().forEach(builder::install);
            builder.install(new ExtensionBeans(context));
            return;
        }
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

    /** With several mailers, each meter says whose it is. */
    private void observability(String mailer, MailerBuilder builder) {
        MeterRegistry meters = context.getBeanProvider(MeterRegistry.class).getIfUnique();
        if (meters != null && !properties.getMailers().isEmpty()) {
            CompositeMeterRegistry own = new CompositeMeterRegistry();
            own.config().commonTags("mailer", mailer);
            own.add(meters);
            meters = own;
        }
        if (meters != null) {
            builder.meters(meters);
        }
        ObservationRegistry observations =
                context.getBeanProvider(ObservationRegistry.class).getIfUnique();
        if (observations != null) {
            builder.observations(observations);
        }
    }

    /** The application's own bean, or its properties: environment variables are among them. */
    private SecretSource secrets() {
        SecretSource bean = context.getBeanProvider(SecretSource.class).getIfAvailable();
        if (bean != null) {
            return bean;
        }
        return name -> {
            String value = context.getEnvironment().getProperty(name);
            return value == null ? null : Secret.of(value);
        };
    }

    private static void requireJavaMail(@Nullable ClassLoader loader) {
        if (!ClassUtils.isPresent("org.springframework.mail.javamail.JavaMailSender", loader)
                || !ClassUtils.isPresent("jakarta.mail.internet.MimeMessage", loader)) {
            throw new MailerConfigException(
                    "javaMailSender", "is true, and JavaMail is not on the class path; add spring-boot-starter-mail");
        }
    }

    private boolean isServed() {
        return context.containsBean(MailerWebAutoConfiguration.MAPPING);
    }

    private static boolean isPresent(String className) {
        return ClassUtils.isPresent(className, MailerFactory.class.getClassLoader());
    }
}
