// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.Email;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.MailListener;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.SecretSource;
import dev.mailer.api.spi.Transport;
import dev.mailer.core.internal.engine.Assembly;
import dev.mailer.core.internal.engine.Extensions;
import dev.mailer.core.internal.engine.Guard;
import dev.mailer.core.internal.engine.MailerThreads;
import dev.mailer.core.internal.engine.Outlet;
import dev.mailer.core.internal.engine.RetrySchedule;
import dev.mailer.core.internal.store.JdbcOutboxStore;
import dev.mailer.core.internal.template.VelocityTemplates;
import dev.mailer.core.internal.transport.TransportRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a builder into a running mailer; closes what it opened when something is wrong. */
final class MailerAssembly {
    private static final Logger log = LoggerFactory.getLogger(MailerBuilder.class);
    /** Slots when no transport says what helps. */
    private static final int MAX_SLOTS = 64;

    private final MailerBuilder b;
    private final List<AutoCloseable> opened = new ArrayList<>();

    MailerAssembly(MailerBuilder builder) {
        this.b = builder;
    }

    MailerEngine start() {
        try {
            return assemble();
        } catch (RuntimeException e) {
            closeOpened(e);
            throw e;
        }
    }

    private MailerEngine assemble() {
        InstantSource clock = b.clock == null ? InstantSource.system() : b.clock;
        SecretSource secrets = b.secrets == null ? MailerAssembly::fromEnvironment : b.secrets;
        String host = b.hostName == null ? HostNames.local() : b.hostName;
        MailerThreads threads = new MailerThreads();
        SecureRandom random = new SecureRandom();
        MeterRegistry meters = b.meters == null ? new CompositeMeterRegistry() : b.meters;
        TransportMeters counters = new TransportMeters(meters);
        Extensions extensions = new Extensions(clock, secrets, counters::count);
        for (MailerPlugin plugin : b.plugins) {
            extensions.configure(plugin);
        }
        b.sinks.forEach(extensions::sinkOfBuilder);
        if (b.templates != null) {
            if (!Files.isDirectory(b.templates)) {
                throw new MailerConfigException(
                        "templates",
                        "expected a folder of templates at " + b.templates.toAbsolutePath() + ", and there is none");
            }
            extensions.templateEngineUnlessSet(
                    new VelocityTemplates(b.templates, clock, VelocityTemplates.DEFAULT_CHECK));
        }
        Map<String, Outlet> outlets =
                outlets(extensions, new BuilderContext(clock, random, threads, secrets, host, counters));
        streamTransports(extensions);
        Map<String, int[]> streams = streams();
        int slots = slots(outlets);
        List<MailListener> listeners = new ArrayList<>(b.listeners);
        listeners.addAll(extensions.listeners());
        Assembly.Settings settings = new Assembly.Settings(
                openStore(clock, meters),
                outlets,
                extensions,
                streams,
                Set.copyOf(b.tenants),
                new RetrySchedule(b.retry.first(), b.retry.longest(), b.retry.lifetime(), b.retry.jitter()),
                new Assembly.Limits(
                        b.limits.messageSize(),
                        b.limits.maxUnsettled(),
                        b.limits.bytesInFlight(),
                        b.limits.waitingSubmissions(),
                        slots,
                        b.limits.slowCalls(),
                        b.limits.lease()),
                b.retention.content(),
                b.retention.messages(),
                b.retention.idempotencyKeys(),
                b.suppression.rules(),
                meters,
                b.observations == null ? ObservationRegistry.NOOP : b.observations,
                new Assembly.Environment(clock, random, threads, nodeName(host)),
                listeners,
                List.copyOf(b.plugins),
                b.closeTimeout == null ? MailerBuilder.DEFAULT_CLOSE_TIMEOUT : b.closeTimeout,
                b.paused);
        return Assembly.start(settings);
    }

    private Map<String, Outlet> outlets(Extensions extensions, BuilderContext context) {
        Map<String, Outlet> outlets = new LinkedHashMap<>();
        uris().forEach((name, uri) -> {
            Transport transport = named(
                    name,
                    () -> TransportRegistry.create(
                            uri, extensions.transportFactories(), MailerAssembly::memory, context));
            opened.add(transport);
            outlets.put(name, outlet(name, transport));
        });
        b.transports.forEach((name, transport) -> {
            if (b.onlyTransport != null) {
                transport.close();
                return;
            }
            opened.add(transport);
            outlets.put(name, outlet(name, transport));
        });
        return outlets;
    }

    private Map<String, String> uris() {
        String only = b.onlyTransport;
        if (only == null) {
            return b.transportUris;
        }
        Map<String, String> uris = new LinkedHashMap<>();
        uris.put(MailerBuilder.DEFAULT_TRANSPORT, only);
        b.transportUris.keySet().forEach(name -> uris.put(name, only));
        return uris;
    }

    /** What is wrong with one of several ways out is said with its name. */
    private static Transport named(String name, Supplier<Transport> creation) {
        try {
            return creation.get();
        } catch (MailerConfigException e) {
            if (name.equals(MailerBuilder.DEFAULT_TRANSPORT) || !e.option().equals("transport")) {
                throw e;
            }
            throw new MailerConfigException("transports." + name, e.problem(), e);
        }
    }

    private static Transport memory(String name, InstantSource clock) {
        return new MemoryTransport(name, MemoryTransport.DEFAULT_KEEP, MemoryTransport.DEFAULT_KEEP_BYTES, clock);
    }

    private Outlet outlet(String name, Transport transport) {
        InstantSource clock = b.clock;
        Guard guard = clock == null ? new Guard(transport.name()) : new Guard(transport.name(), clock);
        return new Outlet(name, transport, guard);
    }

    private OutboxStore openStore(InstantSource clock, MeterRegistry meters) {
        OutboxStore store = b.store;
        if (store != null && b.storeUrl != null) {
            throw new MailerConfigException("store", "was given as an address and as an object; give one");
        }
        if (store != null && b.encryption != null && !store.cipher().isOn()) {
            throw new MailerConfigException(
                    "encryption.key", "comes too late for a store that is open; give it to Stores.open or Stores.of");
        }
        if (store == null) {
            String url = b.storeUrl;
            if (url == null || url.equals("memory")) {
                log.info(
                        "the ledger is in memory: mail that is not sent when the process ends is lost; set a store to keep it");
                store = Stores.memory(clock);
            } else {
                store = Stores.open(url, b.encryption, clock);
            }
        }
        opened.add(store);
        if (store instanceof JdbcOutboxStore jdbc) {
            jdbc.bindTo(meters);
        }
        return store;
    }

    /** Where nothing is sent, no transport is needed. */
    private void streamTransports(Extensions extensions) {
        Set<String> names = new HashSet<>(b.transportUris.keySet());
        names.addAll(b.transports.keySet());
        StreamTransports router = b.paused ? null : StreamTransports.of(b.streams, names, extensions.hasRouter());
        if (router != null) {
            extensions.routerOfStreams(router);
        }
    }

    /** Weight and reserve by stream. */
    private Map<String, int[]> streams() {
        Map<String, StreamOptions> all = new LinkedHashMap<>();
        for (String always : List.of(Email.DEFAULT_STREAM, "broadcast")) {
            all.put(always, StreamOptions.of(always));
        }
        all.putAll(b.streams);
        Map<String, int[]> streams = new LinkedHashMap<>();
        all.forEach((name, o) -> streams.put(name, new int[] {o.weight(), o.reserved()}));
        return streams;
    }

    private int slots(Map<String, Outlet> outlets) {
        if (b.limits.slots() > 0) {
            return b.limits.slots();
        }
        int sum = outlets.values().stream()
                .mapToInt(o -> o.transport().capabilities().concurrency())
                .sum();
        return Math.max(2, Math.min(MAX_SLOTS, sum));
    }

    private String nodeName(String host) {
        return b.nodeName == null ? host + ":" + ProcessHandle.current().pid() : b.nodeName;
    }

    private void closeOpened(RuntimeException cause) {
        for (int i = opened.size() - 1; i >= 0; i--) {
            try {
                opened.get(i).close();
            } catch (Exception e) {
                cause.addSuppressed(e);
            }
        }
    }

    private static @Nullable Secret fromEnvironment(String name) {
        String value = System.getenv(name);
        return value == null ? null : Secret.of(value);
    }
}
