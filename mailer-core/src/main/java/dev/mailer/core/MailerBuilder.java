// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.Email;
import dev.mailer.api.MailerConfigException;
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
 * fails. Not thread-safe; the product is. A single-valued option that is set twice is an error.
 */
public final class MailerBuilder {
    /** How long {@code close} waits for attempts in flight, by default. */
    public static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(30);
    /** The name of the transport that is used unless a router says otherwise. */
    public static final String DEFAULT_TRANSPORT = "default";

    final Map<String, String> transportUris = new LinkedHashMap<>();
    final Map<String, Transport> transports = new LinkedHashMap<>();
    final Map<String, StreamOptions> streams = new LinkedHashMap<>();
    final Set<String> tenants = new LinkedHashSet<>(Set.of(Email.DEFAULT_TENANT));
    final List<MailerPlugin> plugins = new ArrayList<>();
    final List<MailListener> listeners = new ArrayList<>();
    final RetryOptions retry = new RetryOptions();
    final LimitOptions limits = new LimitOptions();
    final RetentionOptions retention = new RetentionOptions();

    @Nullable
    String storeUrl;

    @Nullable
    OutboxStore store;

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

    /** One more way out, for a {@link dev.mailer.api.spi.Router} to choose. */
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

    /** Where the ledger is: {@code memory}, {@code sqlite:path/to/file}, {@code jdbc:postgresql://host/db?user=…}. */
    public MailerBuilder store(String url) {
        this.storeUrl = once("store", storeUrl, url);
        return this;
    }

    /** A store made by the caller; the mailer closes it. */
    public MailerBuilder store(OutboxStore store) {
        this.store = once("store", this.store, store);
        return this;
    }

    /** Defines or changes a lane; {@code transactional} and {@code broadcast} are always there. */
    public MailerBuilder stream(String name, Consumer<StreamOptions> options) {
        options.accept(streams.computeIfAbsent(name, StreamOptions::of));
        return this;
    }

    /**
     * Defines a tenant: mail of its own, in every stream, with idempotency keys, suppressions, content and fair shares apart from
     * those of others; {@value Email#DEFAULT_TENANT} is always there. Who asks for the mail of which tenant is the application's to
     * decide.
     */
    public MailerBuilder tenant(String name) {
        if (!name.matches("[A-Za-z0-9_.-]{1,64}")) {
            throw new MailerConfigException(
                    "tenants",
                    "a name has 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_', '.'; '" + name + "' is none");
        }
        tenants.add(name);
        return this;
    }

    /** The folder of templates. */
    public MailerBuilder templates(Path folder) {
        this.templates = once("templates", templates, folder);
        return this;
    }

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

    public MailerBuilder retry(Consumer<RetryOptions> options) {
        options.accept(retry);
        return this;
    }

    public MailerBuilder limits(Consumer<LimitOptions> options) {
        options.accept(limits);
        return this;
    }

    public MailerBuilder retention(Consumer<RetentionOptions> options) {
        options.accept(retention);
        return this;
    }

    public MailerBuilder meters(MeterRegistry registry) {
        this.meters = once("meters", meters, registry);
        return this;
    }

    public MailerBuilder observations(ObservationRegistry registry) {
        this.observations = once("observations", observations, registry);
        return this;
    }

    /** Where secrets come from; default: environment variables. */
    public MailerBuilder secrets(SecretSource source) {
        this.secrets = once("secrets", secrets, source);
        return this;
    }

    /** The clock; default: the system's. For tests. */
    public MailerBuilder clock(InstantSource clock) {
        this.clock = once("clock", this.clock, clock);
        return this;
    }

    /** How this process is called in the ledger; default: host name and process id. */
    public MailerBuilder nodeName(String name) {
        this.nodeName = once("nodeName", nodeName, name);
        return this;
    }

    /** The name for EHLO; default: the host's. */
    public MailerBuilder hostName(String name) {
        this.hostName = once("hostName", hostName, name);
        return this;
    }

    /** How long {@code close} waits for attempts in flight; default 30 seconds. */
    public MailerBuilder closeTimeout(Duration timeout) {
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
     * Starts the mailer.
     *
     * @throws MailerConfigException an option is missing, contradictory or unusable; nothing was started
     */
    public MailerEngine build() {
        if (transportUris.isEmpty() && transports.isEmpty() && !paused) {
            throw new MailerConfigException(
                    "transport", "is missing; give a URI such as smtp://user:password@host:587, or memory: for tests");
        }
        return new MailerAssembly(this).start();
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
