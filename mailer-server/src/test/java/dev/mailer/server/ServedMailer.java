// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server;

import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.MemoryTransport;
import dev.mailer.server.config.Settings;
import dev.mailer.server.config.SettingsReader;
import dev.mailer.server.home.ApiKeys;
import dev.mailer.server.http.MailerServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;

/** A mailer with a ledger in a file, and a server for it in the same process: the engine is at hand, and what it sends. */
public final class ServedMailer implements AutoCloseable {
    private final MemoryTransport transport = new MemoryTransport();
    private final ApiKeys keys;
    private final MailerEngine mailer;
    private final MailerServer server;

    /**
     * Starts both.
     *
     * @param settings of the engine and its plugins
     */
    public ServedMailer(Path folder, Map<String, String> settings) {
        Settings read = SettingsReader.read(null, Map.of(), settings);
        MailerBuilder builder =
                Mailers.builder().store("sqlite:" + folder.resolve("mail.db")).transport(transport);
        read.engine().accept(builder);
        mailer = builder.install(read.webhooks().get().build()).build();
        keys = new ApiKeys(folder.resolve("keys.json"), InstantSource.system());
        server = MailerServer.start(
                new Settings.Server("127.0.0.1", 0, 1 << 20, Duration.ZERO, Set.of()),
                mailer,
                keys,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }

    public MailerEngine mailer() {
        return mailer;
    }

    public MemoryTransport transport() {
        return transport;
    }

    public URI url() {
        return server.localUrl();
    }

    /** With a new key for a tenant. */
    public ApiCalls api(String tenant) {
        return new ApiCalls(url(), keys.create("for " + tenant, tenant));
    }

    @Override
    public void close() {
        server.close();
        mailer.close();
    }
}
