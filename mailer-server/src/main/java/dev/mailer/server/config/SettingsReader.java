// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import dev.mailer.api.Email;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.core.EncryptionKeys;
import dev.mailer.core.LimitOptions;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.Mailers;
import dev.mailer.core.RetentionOptions;
import dev.mailer.core.RetryOptions;
import dev.mailer.smtp.SmtpTransportFactory;
import dev.mailer.smtp.dkim.DkimSigner;
import dev.mailer.tracking.PublicUrls;
import dev.mailer.tracking.TrackingPlugin;
import dev.mailer.tracking.unsubscribe.UnsubscribeBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Knows what each setting means: reads all of them, even when some are wrong, so that one start names every problem. Each
 * engine option is tried on a builder that is thrown away: the rules stay in one place, the engine's. Used once, by one thread.
 */
public final class SettingsReader {
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<Consumer<MailerBuilder>> options = new ArrayList<>();
    private final MailerBuilder scratch = Mailers.builder();
    private final GivenSettings given;

    private SettingsReader(@Nullable Path file, Map<String, String> environment, Map<String, String> overrides) {
        ConfigSources sources = new ConfigSources(problems, warnings);
        if (file != null) {
            sources.file(file);
        }
        sources.environment(environment);
        sources.overrides(overrides);
        this.given = new GivenSettings(sources.given(), problems);
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
        Settings.Server server = new Settings.Server(
                given.value(
                        "server.host", Settings.Server.DEFAULT_HOST, "a host name or address", Values::host, h -> h),
                given.number("server.port", Settings.Server.DEFAULT_PORT, 0, 65_535),
                given.size("server.bodySize", Settings.Server.DEFAULT_BODY_SIZE, 1_024, 1L << 30),
                given.duration("server.shutdown", Settings.Server.DEFAULT_SHUTDOWN),
                given.value(
                        "server.open",
                        Set.of(),
                        "a list of mailbox, metrics",
                        SettingsReader::parts,
                        SettingsReader::print));
        Settings.Mail mail = new Settings.Mail(
                given.text("store", "sqlite:" + home.resolve("mailer.db"), Values::redacted),
                transports(),
                given.names("plugins"),
                pluginFolder(home),
                messageSize(),
                tenants());
        SSLContext tls = tls();
        new StreamSettings(given, mail.transports().keySet()).read(this::option);
        retry();
        limits();
        retention();
        new SuppressionTerms(given, this::option).read();
        encryption();
        DkimSettings dkim = new DkimSettings(given, warnings);
        dkim(dkim);
        smime();
        PublicUrls urls = new PublicUrlSettings(given, mail.tenants()).urls();
        unsubscribing(urls, mail.tenants());
        tracking(urls, mail.tenants());
        WebhookSettings webhooks = new WebhookSettings(given, mail.tenants());
        webhooks.read();
        names();
        Settings.Log log = new Settings.Log(
                given.value(
                        "log.format",
                        Settings.Log.Format.AUTO,
                        "auto, json or text",
                        SettingsReader::format,
                        f -> f.name().toLowerCase(Locale.ROOT)),
                given.value("log.level", "info", "error, warn, info, debug or trace", SettingsReader::level, l -> l));
        option("server.shutdown", b -> b.closeTimeout(server.shutdown()));
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        List<Consumer<MailerBuilder>> engine = List.copyOf(options);
        return new Settings(
                home,
                server,
                log,
                mail,
                dkim.keys(),
                tls,
                b -> engine.forEach(o -> o.accept(b)),
                webhooks::builder,
                given.shown(),
                warnings);
    }

    private Map<String, String> transports() {
        Map<String, String> transports = new LinkedHashMap<>();
        given.forEach((key, value) -> {
            String name = key.equals("transport")
                    ? MailerBuilder.DEFAULT_TRANSPORT
                    : key.startsWith("transports.") ? key.substring("transports.".length()) : null;
            if (name == null) {
                return;
            }
            given.show(key, Values.redacted(value.value()), value.origin());
            if (!value.value().matches("(?s)\\w+\\(.*")) {
                check(key, () -> TransportUri.parse(value.value()));
            }
            if (transports.put(name, value.value()) != null) {
                given.problem(key, "names the transport that 'transport' sets already");
            }
        });
        if (!transports.isEmpty() && !transports.containsKey(MailerBuilder.DEFAULT_TRANSPORT)) {
            problems.add("transport: is missing; transports.* only adds further ones");
        }
        if (transports.isEmpty()) {
            given.show("transport", "mailbox:", "default");
        }
        return transports;
    }

    private @Nullable SSLContext tls() {
        SSLContext tls = new TlsSettings(given, warnings).context();
        if (tls != null) {
            options.add(b -> b.install(MailerPlugin.of("tls", p -> p.transportFactory(new SmtpTransportFactory(tls)))));
        }
        return tls;
    }

    private Set<String> tenants() {
        Set<String> tenants = new LinkedHashSet<>(List.of(Email.DEFAULT_TENANT));
        for (String name : given.names("tenants")) {
            option("tenants", b -> b.tenant(name));
            tenants.add(name);
        }
        return tenants;
    }

    private @Nullable Path pluginFolder(Path home) {
        Path folder = given.optional("plugins.folder", "a folder that exists", Values::folder, Path::toString);
        Path usual = home.resolve("plugins");
        return folder != null ? folder : Files.isDirectory(usual) ? usual : null;
    }

    private long messageSize() {
        long size = given.size("limits.messageSize", LimitOptions.DEFAULT_MESSAGE_SIZE, 1, 1L << 30);
        option("limits.messageSize", b -> b.limits(l -> l.messageSize(size)));
        return size;
    }

    private void retry() {
        timed("retry.first", RetryOptions.DEFAULT_FIRST, (b, d) -> b.retry(r -> r.first(d)));
        timed("retry.longest", RetryOptions.DEFAULT_LONGEST, (b, d) -> b.retry(r -> r.longest(d)));
        timed("retry.lifetime", RetryOptions.DEFAULT_LIFETIME, (b, d) -> b.retry(r -> r.lifetime(d)));
        double jitter =
                given.value("retry.jitter", RetryOptions.DEFAULT_JITTER, "a number", Values::decimal, String::valueOf);
        option("retry.jitter", b -> b.retry(r -> r.jitter(jitter)));
    }

    private void limits() {
        int most = Integer.MAX_VALUE;
        int unsettled = given.number("limits.maxUnsettled", LimitOptions.DEFAULT_MAX_UNSETTLED, 1, most);
        option("limits.maxUnsettled", b -> b.limits(l -> l.maxUnsettled(unsettled)));
        long inFlight = given.size("limits.bytesInFlight", LimitOptions.DEFAULT_BYTES_IN_FLIGHT, 1, Long.MAX_VALUE);
        option("limits.bytesInFlight", b -> b.limits(l -> l.bytesInFlight(inFlight)));
        int waiting = given.number("limits.waitingSubmissions", LimitOptions.DEFAULT_WAITING_SUBMISSIONS, 1, most);
        option("limits.waitingSubmissions", b -> b.limits(l -> l.waitingSubmissions(waiting)));
        if (given.has("limits.slots")) {
            int slots = given.number("limits.slots", 1, 1, most);
            option("limits.slots", b -> b.limits(l -> l.slots(slots)));
        }
        if (given.has("limits.slowCalls")) {
            int slow = given.number("limits.slowCalls", 0, 0, LimitOptions.MAX_SLOW_CALLS);
            option("limits.slowCalls", b -> b.limits(l -> l.slowCalls(slow)));
        }
        timed("limits.lease", LimitOptions.DEFAULT_LEASE, (b, d) -> b.limits(l -> l.lease(d)));
    }

    private void retention() {
        timed("retention.content", RetentionOptions.DEFAULT_CONTENT, (b, d) -> b.retention(r -> r.content(d)));
        timed("retention.messages", RetentionOptions.DEFAULT_MESSAGES, (b, d) -> b.retention(r -> r.messages(d)));
        timed(
                "retention.idempotencyKeys",
                RetentionOptions.DEFAULT_IDEMPOTENCY_KEYS,
                (b, d) -> b.retention(r -> r.idempotencyKeys(d)));
    }

    /** Whatever is wrong with a key, it is not quoted. */
    private void encryption() {
        String key = given.secret("encryption.key");
        String old = given.secret("encryption.oldKeys");
        List<Secret> oldKeys = old.isEmpty()
                ? List.of()
                : Arrays.stream(old.split("\\s*,\\s*", -1)).map(Secret::of).toList();
        if (!key.isEmpty()) {
            option("encryption.key", b -> b.encryption(new EncryptionKeys(Secret.of(key), oldKeys)));
        } else if (!oldKeys.isEmpty()) {
            given.problem("encryption.oldKeys", "are set without a current one, encryption.key");
        }
    }

    private void dkim(DkimSettings dkim) {
        DkimSigner signer = dkim.signer();
        if (signer != null) {
            options.add(b -> b.install(MailerPlugin.of("dkim", plugin -> plugin.signer(signer))));
        }
    }

    private void smime() {
        EntityTransform transform = new SmimeSettings(given).transform();
        if (transform != null) {
            options.add(b -> b.install(MailerPlugin.of("smime", plugin -> plugin.transform(transform))));
        }
    }

    private void unsubscribing(@Nullable PublicUrls urls, Set<String> tenants) {
        UnsubscribeBuilder unsubscribing = new UnsubscribeSettings(given, tenants).read(urls);
        if (unsubscribing != null) {
            options.add(b -> b.install(unsubscribing.build()));
        }
    }

    private void tracking(@Nullable PublicUrls urls, Set<String> tenants) {
        TrackingPlugin tracking = new TrackingSettings(given, tenants).plugin(urls);
        if (tracking != null) {
            options.add(b -> b.install(tracking));
        }
    }

    private void names() {
        Path templates = given.optional("templates", "a folder that exists", Values::folder, Path::toString);
        if (templates != null) {
            option("templates", b -> b.templates(templates));
        }
        for (String key : List.of("nodeName", "hostName")) {
            String name = given.optional(key, "a name without blanks", Values::host, n -> n);
            if (name != null) {
                option(key, b -> {
                    if (key.equals("nodeName")) {
                        b.nodeName(name);
                    } else {
                        b.hostName(name);
                    }
                });
            }
        }
    }

    private interface TimedOption {
        void set(MailerBuilder builder, Duration value);
    }

    private void timed(String key, Duration fallback, TimedOption option) {
        Duration value = given.duration(key, fallback);
        option(key, b -> option.set(b, value));
    }

    private void option(String key, Consumer<MailerBuilder> option) {
        check(key, () -> option.accept(scratch));
        options.add(option);
    }

    private void check(String key, Runnable trial) {
        try {
            trial.run();
        } catch (MailerConfigException e) {
            String message = String.valueOf(e.getMessage());
            String prefix = e.option() + ": ";
            given.problem(key, message.startsWith(prefix) ? message.substring(prefix.length()) : message);
        }
    }

    private static @Nullable Set<Settings.Part> parts(String text) {
        Set<Settings.Part> parts = EnumSet.noneOf(Settings.Part.class);
        for (String name : text.split("[,\\s]+", -1)) {
            switch (name.toLowerCase(Locale.ROOT)) {
                case "mailbox" -> parts.add(Settings.Part.MAILBOX);
                case "metrics" -> parts.add(Settings.Part.METRICS);
                case "" -> {}
                default -> {
                    return null;
                }
            }
        }
        return parts;
    }

    private static String print(Set<Settings.Part> parts) {
        return parts.stream()
                .sorted()
                .map(part -> part.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private static Settings.Log.@Nullable Format format(String text) {
        for (Settings.Log.Format format : Settings.Log.Format.values()) {
            if (format.name().equalsIgnoreCase(text)) {
                return format;
            }
        }
        return null;
    }

    private static @Nullable String level(String text) {
        String level = text.toLowerCase(Locale.ROOT);
        return List.of("error", "warn", "info", "debug", "trace").contains(level) ? level : null;
    }
}
