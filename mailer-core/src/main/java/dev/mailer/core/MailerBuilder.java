// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.Email;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.EventSink;
import dev.mailer.api.spi.MailListener;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.SecretSource;
import dev.mailer.api.spi.Transport;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Assembles a mailer. Without a store the ledger is in memory and says so once in the log; without a transport {@link #build}
 * fails. Not thread-safe; the product is. A value that cannot be used and a single-valued option that is set twice are a
 * {@link MailerConfigException} at once, what only shows in the whole is one of {@link #build}. One builder makes one mailer, which
 * closes what it was given: transports, the store and the plugins.
 */
public final class MailerBuilder {
    /** How long {@code close} waits for attempts in flight, by default. */
    public static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(30);
    /** The longest such wait. */
    public static final Duration MAX_CLOSE_TIMEOUT = Duration.ofHours(1);
    /** The name of the transport that is used unless a stream names another, or a router does. */
    public static final String DEFAULT_TRANSPORT = "default";

    private static final String NAME = "[A-Za-z0-9_.-]{1,64}";
    private static final int MAX_NODE_NAME = 255;

    final Map<String, String> transportUris = new LinkedHashMap<>();
    final Map<String, Transport> transports = new LinkedHashMap<>();
    final Map<String, StreamOptions> streams = new LinkedHashMap<>();
    final Set<String> tenants = new LinkedHashSet<>(Set.of(Email.DEFAULT_TENANT));
    final List<MailerPlugin> plugins = new ArrayList<>();
    final List<MailListener> listeners = new ArrayList<>();
    final List<EventSink> sinks = new ArrayList<>();
    final RetryOptions retry = new RetryOptions();
    final LimitOptions limits = new LimitOptions();
    final RetentionOptions retention = new RetentionOptions();
    final SuppressionOptions suppression = new SuppressionOptions();

    @Nullable
    String onlyTransport;

    @Nullable
    String storeUrl;

    @Nullable
    OutboxStore store;

    @Nullable
    EncryptionKeys encryption;

    @Nullable
    Path templates;

    @Nullable
    MeterRegistry meters;

    @Nullable
    ObservationRegistry observations;

    @Nullable
    InstantSource clock;

    @Nullable
    SecretSource secrets;

    @Nullable
    String nodeName;

    @Nullable
    String hostName;

    @Nullable
    Duration closeTimeout;

    boolean paused;

    MailerBuilder() {}

    /** The way out, as a URI or an expression: {@code smtp://host:587}, {@code failover(a b)}, {@code weighted(3*a 1*b)}. */
    public MailerBuilder transport(String uri) {
        return transport(DEFAULT_TRANSPORT, uri);
    }

    /** One more way out, for a {@link dev.mailer.api.spi.Router} to choose; a name is used once. */
    public MailerBuilder transport(String name, String uri) {
        requireFree(name);
        transportUris.put(name, Objects.requireNonNull(uri, "uri"));
        return this;
    }

    /** A transport made by the caller; the mailer closes it. */
    public MailerBuilder transport(Transport transport) {
        requireFree(DEFAULT_TRANSPORT);
        transports.put(DEFAULT_TRANSPORT, Objects.requireNonNull(transport, "transport"));
        return this;
    }

    /**
     * For tests: the way out in place of every other one, named or not, whoever sets it and when. Names lead there, and a transport that
     * was given is closed unused.
     */
    public MailerBuilder onlyTransport(String uri) {
        this.onlyTransport = once("onlyTransport", onlyTransport, uri);
        return this;
    }

    /** Where the ledger is: {@code memory}, {@code sqlite:path/to/file}, {@code jdbc:postgresql://host/db?user=…}; {@link Stores#open} has them all. */
    public MailerBuilder store(String url) {
        this.storeUrl = once("store", storeUrl, url);
        return this;
    }

    /** A store made by the caller; the mailer closes it. */
    public MailerBuilder store(OutboxStore store) {
        this.store = once("store", this.store, store);
        return this;
    }

    /**
     * Encrypts personal data at rest: addresses, subjects, tags, content, attachments and what servers said. Default: nothing is
     * encrypted. A ledger that was once opened with a key needs one for good. A ledger in memory is not encrypted.
     *
     * @see Stores#open(String, EncryptionKeys, InstantSource)
     */
    public MailerBuilder encryption(EncryptionKeys keys) {
        this.encryption = once("encryption.key", encryption, keys);
        return this;
    }

    /**
     * Defines or changes a lane; {@code transactional} and {@code broadcast} are always there. A name has 1 to 64 letters, digits,
     * '-', '_' or '.'.
     */
    public MailerBuilder stream(String name, Consumer<StreamOptions> options) {
        requireName("streams", name);
        options.accept(streams.computeIfAbsent(name, StreamOptions::of));
        return this;
    }

    /**
     * Defines a tenant: mail of its own, in every stream, with idempotency keys, suppressions, content and fair shares apart from
     * those of others; {@value Email#DEFAULT_TENANT} is always there. A name is as that of a stream. Who asks for the mail of which
     * tenant is the application's to decide.
     */
    public MailerBuilder tenant(String name) {
        requireName("tenants", name);
        tenants.add(name);
        return this;
    }

    /** The folder of templates, which must be there; default: none, and templated mail is refused. A plugin's template engine goes before it. */
    public MailerBuilder templates(Path folder) {
        this.templates = once("templates", templates, folder);
        return this;
    }

    /**
     * Installs a plugin; configured when the mailer is built, in the order of installation, and closed in reverse. Interceptors run in
     * that order.
     *
     * @throws MailerConfigException one of this name is installed already
     */
    public MailerBuilder install(MailerPlugin plugin) {
        if (plugins.stream().anyMatch(p -> p.name().equals(plugin.name()))) {
            throw new MailerConfigException("plugins", "'" + plugin.name() + "' is installed twice");
        }
        plugins.add(plugin);
        return this;
    }

    /** Observes events of this process; see {@link MailListener}. */
    public MailerBuilder onEvent(MailListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /** When deferred mail is tried again; default: after 5 minutes, doubling to 4 hours, for 5 days. May be called again. */
    public MailerBuilder retry(Consumer<RetryOptions> options) {
        options.accept(retry);
        return this;
    }

    /** Sizes and counts; the defaults are the constants of {@link LimitOptions}. May be called again. */
    public MailerBuilder limits(Consumer<LimitOptions> options) {
        options.accept(limits);
        return this;
    }

    /** How long the ledger keeps what is final; default: content 7 days, the rest 90 days. May be called again. */
    public MailerBuilder retention(Consumer<RetentionOptions> options) {
        options.accept(retention);
        return this;
    }

    /**
     * Observes the stored events of all nodes at least once, from the moment a mailer first starts with a listener of this name: its place
     * is stored, and an exception repeats the event. As {@link EventSink#listener(String, MailListener)}.
     */
    public MailerBuilder listener(String name, MailListener listener) {
        sinks.add(EventSink.listener(name, listener));
        return this;
    }

    /** Which outcomes put a recipient on the suppression list; default: bounces and complaints, for good. May be called again. */
    public MailerBuilder suppression(Consumer<SuppressionOptions> options) {
        options.accept(suppression);
        return this;
    }

    /**
     * Where the mailer's meters ({@code mailer.…}) are registered; default: nowhere. The registry stays the
     * caller's.
     */
    public MailerBuilder meters(MeterRegistry registry) {
        this.meters = once("meters", meters, registry);
        return this;
    }

    /** Told of each submission and attempt, for traces; default: nobody. What its handlers throw is logged and stops no mail. */
    public MailerBuilder observations(ObservationRegistry registry) {
        this.observations = once("observations", observations, registry);
        return this;
    }

    /** Where secrets come from; default: environment variables. */
    public MailerBuilder secrets(SecretSource source) {
        this.secrets = once("secrets", secrets, source);
        return this;
    }

    /**
     * The clock; default: the system's. For tests: a ledger on a database server goes by the server's time, so that all nodes agree,
     * unless it was opened with a clock that is not the system's, and then both must be given the same.
     */
    public MailerBuilder clock(InstantSource clock) {
        this.clock = once("clock", this.clock, clock);
        return this;
    }

    /** How this process is called in the ledger, for people: 1 to 255 characters; default: host name and process id. */
    public MailerBuilder nodeName(String name) {
        if (name.isBlank() || name.length() > MAX_NODE_NAME) {
            throw new MailerConfigException(
                    "nodeName", "has " + name.length() + " characters, allowed are 1 to " + MAX_NODE_NAME);
        }
        this.nodeName = once("nodeName", nodeName, name);
        return this;
    }

    /** The host's name as far as the system tells it without a wait; {@code localhost} where it tells none. */
    public static String defaultHostName() {
        return HostNames.local();
    }

    /** The name for EHLO; default: {@link #defaultHostName}. A transport that needs one checks it. */
    public MailerBuilder hostName(String name) {
        this.hostName = once("hostName", hostName, name);
        return this;
    }

    /**
     * How long {@code close} waits for attempts in flight; default 30 seconds. Zero, the least, cuts them off at once; 1 hour is the
     * most. Peers that hang and a store that does not answer can take some seconds more.
     */
    public MailerBuilder closeTimeout(Duration timeout) {
        Durations.notNegative("closeTimeout", timeout);
        Durations.atMost(MAX_CLOSE_TIMEOUT, "1 hour is", "closeTimeout", timeout);
        this.closeTimeout = once("closeTimeout", closeTimeout, timeout);
        return this;
    }

    /**
     * Opens the ledger without sending: mail can be accepted, looked at and decided about, and waits for a mailer that sends.
     * Needs no transport. For tools.
     */
    public MailerBuilder paused() {
        this.paused = true;
        return this;
    }

    /**
     * Starts the mailer: opens the store, migrates its schema and begins to send.
     *
     * @throws MailerConfigException an option is missing, contradictory or unusable; nothing was started
     * @throws dev.mailer.api.PluginException a plugin failed to configure; nothing was started
     * @throws dev.mailer.api.MailerUnavailableException the store does not answer; nothing was started
     */
    public MailerEngine build() {
        if (transportUris.isEmpty() && transports.isEmpty() && onlyTransport == null && !paused) {
            throw new MailerConfigException(
                    "transport", "is missing; give a URI such as smtp://user:password@host:587, or memory: for tests");
        }
        retry.check();
        return new MailerAssembly(this).start();
    }

    private static void requireName(String option, String name) {
        if (!name.matches(NAME)) {
            throw new MailerConfigException(
                    option,
                    "a name has 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_', '.'; '" + name + "' is none");
        }
    }

    private void requireFree(String name) {
        if (transportUris.containsKey(name) || transports.containsKey(name)) {
            throw new MailerConfigException(
                    name.equals(DEFAULT_TRANSPORT) ? "transport" : "transports." + name, "was already set");
        }
    }

    private static <T> T once(String option, @Nullable T before, T value) {
        Objects.requireNonNull(value, option);
        if (before != null) {
            throw new MailerConfigException(option, "was already set");
        }
        return value;
    }
}
