// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import dev.mailer.api.Email;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.core.MailerBuilder;
import dev.mailer.smtp.SmtpTransportFactory;
import dev.mailer.smtp.dkim.DkimSigner;
import dev.mailer.tracking.PublicUrls;
import dev.mailer.tracking.TrackingPlugin;
import dev.mailer.tracking.unsubscribe.UnsubscribeBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Knows what each setting means: reads all of them, even when some are wrong, so that one start names every problem. Used once, by one
 * thread.
 */
public final class SettingsReader {
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final GivenSettings given;
    private final EngineOptions options;

    private SettingsReader(@Nullable Path file, Map<String, String> environment, Map<String, String> overrides) {
        ConfigSources sources = new ConfigSources(problems, warnings);
        if (file != null) {
            sources.file(file);
        }
        sources.environment(environment);
        sources.overrides(overrides);
        this.given = new GivenSettings(sources.given(), problems);
        this.options = new EngineOptions(given);
    }

    /**
     * Reads the file, over it the environment, over both the overrides.
     *
     * @throws ConfigException with every problem
     */
    public static Settings read(@Nullable Path file, Map<String, String> environment, Map<String, String> overrides) {
        return new SettingsReader(file, environment, overrides).settings();
    }

    private Settings settings() {
        Path home = given.value("data", Settings.DEFAULT_HOME, "a folder", Path::of, Path::toString);
        ServerSettings http = new ServerSettings(given);
        Settings.Server server = http.server();
        EngineSettings engine = new EngineSettings(given, options);
        Settings.Mail mail = new Settings.Mail(
                given.text("store", "sqlite:" + home.resolve("mailer.db"), Values::redacted),
                new TransportSettings(given).read(),
                given.names("plugins"),
                pluginFolder(home),
                engine.messageSize(),
                tenants());
        SSLContext tls = tls();
        new StreamSettings(given, mail.transports().keySet()).read(options::add);
        engine.read();
        DkimSettings dkim = new DkimSettings(given, warnings);
        dkim(dkim);
        smime();
        PublicUrls urls = new PublicUrlSettings(given, mail.tenants()).urls();
        unsubscribing(urls, mail.tenants());
        tracking(urls, mail.tenants());
        WebhookSettings webhooks = new WebhookSettings(given, mail.tenants());
        webhooks.read();
        names();
        Settings.Log log = http.log();
        options.add("server.shutdown", b -> b.closeTimeout(server.shutdown()));
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return new Settings(
                home, server, log, mail, dkim.keys(), tls, options.all(), webhooks::builder, given.shown(), warnings);
    }

    private @Nullable SSLContext tls() {
        SSLContext tls = new TlsSettings(given, warnings).context();
        if (tls != null) {
            options.install(MailerPlugin.of("tls", p -> p.transportFactory(new SmtpTransportFactory(tls))));
        }
        return tls;
    }

    private Set<String> tenants() {
        Set<String> tenants = new LinkedHashSet<>(List.of(Email.DEFAULT_TENANT));
        for (String name : given.names("tenants")) {
            options.add("tenants", b -> b.tenant(name));
            tenants.add(name);
        }
        return tenants;
    }

    private @Nullable Path pluginFolder(Path home) {
        Path folder = given.optional("plugins.folder", "a folder that exists", Values::folder, Path::toString);
        Path usual = home.resolve("plugins");
        return folder != null ? folder : Files.isDirectory(usual) ? usual : null;
    }

    private void dkim(DkimSettings dkim) {
        DkimSigner signer = dkim.signer();
        if (signer != null) {
            options.install(MailerPlugin.of("dkim", plugin -> plugin.signer(signer)));
        }
    }

    private void smime() {
        EntityTransform transform = new SmimeSettings(given).transform();
        if (transform != null) {
            options.install(MailerPlugin.of("smime", plugin -> plugin.transform(transform)));
        }
    }

    private void unsubscribing(@Nullable PublicUrls urls, Set<String> tenants) {
        UnsubscribeBuilder unsubscribing = new UnsubscribeSettings(given, tenants).read(urls);
        if (unsubscribing != null) {
            options.install(unsubscribing.build());
        }
    }

    private void tracking(@Nullable PublicUrls urls, Set<String> tenants) {
        TrackingPlugin tracking = new TrackingSettings(given, tenants).plugin(urls);
        if (tracking != null) {
            options.install(tracking);
        }
    }

    private void names() {
        Path templates = given.optional("templates", "a folder that exists", Values::folder, Path::toString);
        if (templates != null) {
            options.add("templates", b -> b.templates(templates));
        }
        name("nodeName", MailerBuilder::nodeName);
        name("hostName", MailerBuilder::hostName);
    }

    private void name(String key, BiConsumer<MailerBuilder, String> option) {
        String name = given.optional(key, "a name without blanks", Values::host, n -> n);
        if (name != null) {
            options.add(key, b -> option.accept(b, name));
        }
    }
}
