// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.api.spi.MailListener;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.SecretSource;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.spring.transaction.JoiningMailer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.InstantSource;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/** Makes the mailers of an application out of its properties and its beans. */
public final class MailerFactory {
    private static final Logger log = LoggerFactory.getLogger(MailerFactory.class);

    private final ApplicationContext context;
    private final MailerProperties properties;
    private final @Nullable MailerSubstitutes substitutes;
    private final LedgerChoice ledgers;
    private final WayOut wayOut;
    private final ChosenPlugins plugins;

    MailerFactory(ApplicationContext context, MailerProperties properties) {
        this.context = context;
        this.properties = properties;
        this.substitutes = context.getBeanProvider(MailerSubstitutes.class).getIfAvailable();
        this.ledgers = new LedgerChoice(context, substitutes == null ? InstantSource.system() : substitutes.clock());
        this.wayOut = new WayOut(context, properties, substitutes);
        this.plugins = new ChosenPlugins(context, properties, substitutes);
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
        return source != null && LedgerChoice.TRANSACTIONS ? JoiningMailer.of(opening, source) : opening;
    }

    private Prepared prepare(String mailer, MailerSettings settings, boolean main) {
        if (main && properties.isJavaMailSender()) {
            requireJavaMail(context.getClassLoader());
        }
        MailerBuilder builder = Mailers.builder().secrets(secrets());
        new SettingsReading(settings).applyTo(builder);
        settings.getTransports().forEach(builder::transport);
        Ledger ledger = ledgers.choose(mailer, settings);
        BundledTls tls = wayOut.choose(main, settings, builder);
        plugins.install(main, settings, tls, builder);
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
}
