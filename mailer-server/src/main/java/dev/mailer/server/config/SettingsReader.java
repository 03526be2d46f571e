// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import dev.mailer.api.Email;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.core.LimitOptions;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.Mailers;
import dev.mailer.core.RetentionOptions;
import dev.mailer.core.RetryOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings, all of them even when some are wrong, so that one start names every problem. Each engine option is tried on
 * a builder that is thrown away: the rules stay in one place, the engine's. Used once, by one thread.
 */
public final class SettingsReader {
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<Settings.Shown> shown = new ArrayList<>();
    private final List<Consumer<MailerBuilder>> options = new ArrayList<>();
    private final MailerBuilder scratch = Mailers.builder();
    private final Map<String, Given> given;

    private SettingsReader(@Nullable Path file, Map<String, String> environment, Map<String, String> overrides) {
        ConfigSources sources = new ConfigSources(problems, warnings);
        if (file != null) {
            sources.file(file);
        }
        sources.environment(environment);
        sources.overrides(overrides);
        this.given = sources.given();
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
        Path home = value("data", Settings.DEFAULT_HOME, "a folder", Path::of, Path::toString);
        Settings.Server server = new Settings.Server(
                value(
                        "server.host",
                        Settings.Server.DEFAULT_HOST,
                        "a host name or address",
                        SettingsReader::host,
                        h -> h),
                number("server.port", Settings.Server.DEFAULT_PORT, 0, 65_535),
                size("server.bodySize", Settings.Server.DEFAULT_BODY_SIZE, 1_024, 1L << 30),
                duration("server.shutdown", Settings.Server.DEFAULT_SHUTDOWN),
                value(
                        "server.open",
                        Set.of(),
                        "a list of mailbox, metrics",
                        SettingsReader::parts,
                        SettingsReader::print));
        Settings.Mail mail = new Settings.Mail(
                text("store", "sqlite:" + home.resolve("mailer.db"), true),
                transports(),
                plugins(),
                pluginFolder(home),
                messageSize(),
                tenants());
        streams();
        retry();
        limits();
        retention();
        names();
        Settings.Log log = new Settings.Log(
                value(
                        "log.format",
                        Settings.Log.Format.AUTO,
                        "auto, json or text",
                        SettingsReader::format,
                        f -> f.name().toLowerCase(Locale.ROOT)),
                value("log.level", "info", "error, warn, info, debug or trace", SettingsReader::level, l -> l));
        option("server.shutdown", b -> b.closeTimeout(server.shutdown()));
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        List<Consumer<MailerBuilder>> engine = List.copyOf(options);
        return new Settings(home, server, log, mail, b -> engine.forEach(o -> o.accept(b)), shown, warnings);
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
            show(key, Values.redacted(value.value()), value.origin());
            if (!value.value().matches("(?s)\\w+\\(.*")) {
                check(key, () -> TransportUri.parse(value.value()));
            }
            if (transports.put(name, value.value()) != null) {
                problem(key, "names the transport that 'transport' sets already");
            }
        });
        if (!transports.isEmpty() && !transports.containsKey(MailerBuilder.DEFAULT_TRANSPORT)) {
            problems.add("transport: is missing; transports.* only adds further ones");
        }
        if (transports.isEmpty()) {
            show("transport", "mailbox:", "default");
        }
        return transports;
    }

    private List<String> plugins() {
        return names("plugins");
    }

    private Set<String> tenants() {
        Set<String> tenants = new LinkedHashSet<>(List.of(Email.DEFAULT_TENANT));
        for (String name : names("tenants")) {
            option("tenants", b -> b.tenant(name));
            tenants.add(name);
        }
        return tenants;
    }

    private List<String> names(String key) {
        String list = text(key, "", false);
        return list.isEmpty() ? List.of() : List.of(list.split("\\s*,\\s*", -1));
    }

    private @Nullable Path pluginFolder(Path home) {
        Path folder = optional("plugins.folder", "a folder that exists", SettingsReader::folder, Path::toString);
        Path usual = home.resolve("plugins");
        return folder != null ? folder : Files.isDirectory(usual) ? usual : null;
    }

    private long messageSize() {
        long size = size("limits.messageSize", LimitOptions.DEFAULT_MESSAGE_SIZE, 1, 1L << 30);
        option("limits.messageSize", b -> b.limits(l -> l.messageSize(size)));
        return size;
    }

    private void streams() {
        given.forEach((key, value) -> {
            if (!key.startsWith("streams.")) {
                return;
            }
            String name = key.substring("streams.".length(), key.lastIndexOf('.'));
            boolean weight = key.endsWith(".weight");
            int n = number(key, weight ? 1 : 0, 0, 1_000);
            option(
                    key,
                    b -> b.stream(name, s -> {
                        if (weight) {
                            s.weight(n);
                        } else {
                            s.reserved(n);
                        }
                    }));
        });
    }

    private void retry() {
        timed("retry.first", RetryOptions.DEFAULT_FIRST, (b, d) -> b.retry(r -> r.first(d)));
        timed("retry.longest", RetryOptions.DEFAULT_LONGEST, (b, d) -> b.retry(r -> r.longest(d)));
        timed("retry.lifetime", RetryOptions.DEFAULT_LIFETIME, (b, d) -> b.retry(r -> r.lifetime(d)));
        double jitter = value(
                "retry.jitter", RetryOptions.DEFAULT_JITTER, "a number", SettingsReader::decimal, String::valueOf);
        option("retry.jitter", b -> b.retry(r -> r.jitter(jitter)));
    }

    private void limits() {
        int most = Integer.MAX_VALUE;
        int unsettled = number("limits.maxUnsettled", LimitOptions.DEFAULT_MAX_UNSETTLED, 1, most);
        option("limits.maxUnsettled", b -> b.limits(l -> l.maxUnsettled(unsettled)));
        long inFlight = size("limits.bytesInFlight", LimitOptions.DEFAULT_BYTES_IN_FLIGHT, 1, Long.MAX_VALUE);
        option("limits.bytesInFlight", b -> b.limits(l -> l.bytesInFlight(inFlight)));
        int waiting = number("limits.waitingSubmissions", LimitOptions.DEFAULT_WAITING_SUBMISSIONS, 1, most);
        option("limits.waitingSubmissions", b -> b.limits(l -> l.waitingSubmissions(waiting)));
        if (given.containsKey("limits.slots")) {
            int slots = number("limits.slots", 1, 1, most);
            option("limits.slots", b -> b.limits(l -> l.slots(slots)));
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

    private void names() {
        Path templates = optional("templates", "a folder that exists", SettingsReader::folder, Path::toString);
        if (templates != null) {
            option("templates", b -> b.templates(templates));
        }
        for (String key : List.of("nodeName", "hostName")) {
            String name = optional(key, "a name without blanks", SettingsReader::host, n -> n);
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
        Duration value = duration(key, fallback);
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
            problem(key, message.startsWith(prefix) ? message.substring(prefix.length()) : message);
        }
    }

    private int number(String key, int fallback, int min, int max) {
        String allowed =
                "a whole number " + (max == Integer.MAX_VALUE ? "of at least " + min : "from " + min + " to " + max);
        return value(key, fallback, allowed, text -> within(wholeNumber(text), min, max), String::valueOf);
    }

    private static @Nullable Integer within(@Nullable Long n, int min, int max) {
        return n == null || n < min || n > max ? null : (Integer) Math.toIntExact(n);
    }

    private static @Nullable Long wholeNumber(String text) {
        return text.matches("\\d{1,18}") ? (Long) Long.parseLong(text) : null;
    }

    private long size(String key, long fallback, long min, long max) {
        return value(
                key,
                fallback,
                "a size such as 25MB" + (max == Long.MAX_VALUE ? "" : ", " + min + " bytes to " + max),
                text -> {
                    Long n = Values.size(text);
                    return n == null || n < min || n > max ? null : n;
                },
                n -> n % (1 << 20) == 0 ? (n >> 20) + "MB" : String.valueOf(n));
    }

    private Duration duration(String key, Duration fallback) {
        return value(key, fallback, "a duration such as 500ms, 30s, 5m, 4h, 7d", Values::duration, Duration::toString);
    }

    private String text(String key, String fallback, boolean secret) {
        Given g = given.get(key);
        String value = g == null ? fallback : g.value();
        show(key, secret ? Values.redacted(value) : value, g == null ? "default" : g.origin());
        return value;
    }

    private <T> @Nullable T optional(
            String key, String allowed, Function<String, @Nullable T> read, Function<T, String> print) {
        Given g = given.get(key);
        T value = g == null ? null : read.apply(g.value());
        if (g != null && value == null) {
            problem(key, "'" + g.value() + "' is not " + allowed);
        }
        show(key, value == null ? "" : print.apply(value), g == null ? "default" : g.origin());
        return value;
    }

    private <T> T value(
            String key, T fallback, String allowed, Function<String, @Nullable T> read, Function<T, String> print) {
        Given g = given.get(key);
        T value = g == null ? fallback : read.apply(g.value());
        if (value == null) {
            problem(key, "'" + (g == null ? "" : g.value()) + "' is not " + allowed);
            return fallback;
        }
        show(key, print.apply(value), g == null ? "default" : g.origin());
        return value;
    }

    private void problem(String key, String text) {
        Given g = given.get(key);
        problems.add(key + ": " + text + (g == null ? "" : " (from " + g.origin() + ")"));
    }

    private void show(String key, String value, String origin) {
        shown.add(new Settings.Shown(key, value, origin));
    }

    private static @Nullable String host(String text) {
        return text.isEmpty() || text.chars().anyMatch(c -> c <= ' ' || c >= 127 || c == '/') ? null : text;
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

    private static @Nullable Path folder(String text) {
        Path path = Path.of(text);
        return Files.isDirectory(path) ? path : null;
    }

    private static @Nullable Double decimal(String text) {
        try {
            double d = Double.parseDouble(text);
            return Double.isFinite(d) ? d : null;
        } catch (NumberFormatException e) {
            return null;
        }
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
