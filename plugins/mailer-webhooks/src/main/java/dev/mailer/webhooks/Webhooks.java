// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.RunningMailer;
import dev.mailer.api.spi.WebhookStore;
import dev.mailer.api.spi.WebhookStore.Added;
import dev.mailer.api.spi.WebhookStore.Attempt;
import dev.mailer.api.spi.WebhookStore.Endpoint;
import dev.mailer.api.spi.WebhookStore.State;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints, for each tenant its own; what they were told is in the {@link #log}. Changes are stored when a method returns and hold on all nodes within a
 * second or two. Thread-safe.
 */
public final class Webhooks {
    /** Most endpoints of a tenant: {@value}. Those that settings name count, and are never refused. */
    public static final int MAX_ENDPOINTS = 100;

    /** How long a former secret goes on signing beside the new one. */
    public static final Duration ROTATION = Duration.ofHours(24);

    private static final String PREFIX = "wh_";
    /** Others may change an endpoint between a look at it and its change; each time some other change was made. */
    private static final int TRIES = 100;

    private final EventStore events;
    private final WebhookStore store;
    private final WebhookLog log;
    private final KnownEndpoints known;
    private final EndpointRules rules;
    private final RequestMaker requests;
    private final @Nullable PostalKey postal;
    private final Tools tools;
    /** The tenants of the endpoints that this program names. */
    private volatile Map<String, String> named = Map.of();

    /** What tests replace, and who is told of work. */
    record Tools(InstantSource clock, SecureRandom random, Runnable wake) {
        /** As exact as stores are. */
        Instant now() {
            return clock.instant().truncatedTo(ChronoUnit.MILLIS);
        }
    }

    Webhooks(
            RunningMailer mailer,
            KnownEndpoints known,
            EndpointRules rules,
            RequestMaker requests,
            @Nullable PostalKey postal,
            Tools tools) {
        this.events = mailer.events();
        this.store = mailer.webhooks();
        this.known = known;
        this.log = new WebhookLog(store, known, new Replay(store, new EarlierEvents(events, store)), tools);
        this.rules = rules;
        this.requests = requests;
        this.postal = postal;
        this.tools = tools;
    }

    /** An endpoint and its secret, which is shown this once. */
    public record Created(WebhookEndpoint endpoint, Secret secret) {}

    /**
     * Makes an endpoint; it is told what comes into the feed from now on, and with {@link WebhookLog#replay} also what did before.
     *
     * @param secret {@code whsec_…} or {@code whsk_…}, such as {@link SigningKind#generate}; null to have one made for HMAC
     * @throws InvalidWebhookException something about it is wrong
     * @throws dev.mailer.api.InvalidEmailException the tenant is unknown
     */
    public Created create(String tenant, WebhookOptions options, @Nullable Secret secret) {
        rules.check(options, postal);
        Secret key = secret == null ? SigningKind.HMAC.generate(tools.random()) : secret;
        SigningSecret.of(key);
        byte[] id = new byte[16];
        tools.random().nextBytes(id);
        EndpointConfig config = new EndpointConfig(options, List.of(new EndpointConfig.Key(key, null)), false);
        Instant now = tools.now();
        Endpoint endpoint = new Endpoint(
                PREFIX + HexFormat.of().formatHex(id),
                tenant,
                config.write(),
                now,
                events.lastPosition(),
                State.fresh(true, now));
        Added added = store.add(endpoint, MAX_ENDPOINTS);
        if (added == Added.FULL) {
            throw new InvalidWebhookException(
                    "url", "would be one endpoint too many; a tenant has " + MAX_ENDPOINTS + " at most");
        }
        if (added == Added.TAKEN) {
            throw new IllegalStateException("a random id was there already: " + endpoint.id());
        }
        known.changed();
        return new Created(view(new Known(endpoint, config)), key);
    }

    /** A tenant's endpoints, by id. */
    public List<WebhookEndpoint> list(String tenant) {
        known.changed();
        return known.all().stream()
                .filter(k -> k.endpoint().tenant().equals(tenant))
                .map(Webhooks::view)
                .toList();
    }

    /** Null when the tenant has none of this id. */
    public @Nullable WebhookEndpoint find(String tenant, String id) {
        Known found = known(tenant, id);
        return found == null ? null : view(found);
    }

    /**
     * Changes what an endpoint is told, and where; null when the tenant has none of this id.
     *
     * @param change gets the options as they are; again where others change them meanwhile
     * @throws InvalidWebhookException something about it is wrong, or settings own it
     */
    public @Nullable WebhookEndpoint update(String tenant, String id, UnaryOperator<WebhookOptions> change) {
        return change(tenant, id, before -> {
            WebhookOptions options = change.apply(before.options());
            rules.check(options, postal);
            return new EndpointConfig(options, before.keys(), false);
        });
    }

    /** Enables or disables; null when the tenant has none of this id. What waits for one that is disabled is kept as long as what has ended. */
    public @Nullable WebhookEndpoint enable(String tenant, String id, boolean enabled) {
        store.enable(tenant, id, enabled, enabled ? "" : "by hand", tools.now());
        changed();
        return find(tenant, id);
    }

    /**
     * Removes an endpoint and what was to be told to it; false when the tenant has none of this id.
     *
     * @throws InvalidWebhookException the settings of this program have it
     */
    public boolean remove(String tenant, String id) {
        if (tenant.equals(named.get(id))) {
            throw new InvalidWebhookException("id", "is that of an endpoint which the settings have; remove it there");
        }
        boolean removed = store.remove(tenant, id);
        changed();
        return removed;
    }

    /**
     * Signs with a new secret, and for a day with the former one, too; null when the tenant has none of this id.
     *
     * @param secret null to have one made of the kind of the former
     */
    public @Nullable Created rotate(String tenant, String id, @Nullable Secret secret) {
        Known found = known(tenant, id);
        if (found == null) {
            return null;
        }
        Secret key = secret == null ? found.config().kind().generate(tools.random()) : secret;
        SigningSecret.of(key);
        WebhookEndpoint changed = change(tenant, id, before -> before.rotated(key, tools.now()));
        return changed == null ? null : new Created(changed, key);
    }

    private @Nullable WebhookEndpoint change(String tenant, String id, UnaryOperator<EndpointConfig> change) {
        for (int i = 0; i < TRIES; i++) {
            Known found = known(tenant, id);
            if (found == null) {
                return null;
            }
            if (found.config().named()) {
                throw new InvalidWebhookException(
                        "id", "is that of an endpoint which the settings of a program have; change it there");
            }
            EndpointConfig config = change.apply(found.config());
            if (store.configure(tenant, id, found.endpoint().config(), config.write())) {
                changed();
                return view(new Known(found.endpoint(), config));
            }
        }
        throw new MailerUnavailableException(
                "webhook " + id + " was changed by others " + TRIES + " times meanwhile", Duration.ofSeconds(1), null);
    }

    /** Sends a test in the endpoint's format at once, which is kept nowhere; null when the tenant has none of this id. */
    public @Nullable Attempt test(String tenant, String id) {
        Known found = known(tenant, id);
        if (found == null) {
            return null;
        }
        byte[] random = new byte[16];
        tools.random().nextBytes(random);
        Instant now = tools.now();
        Answer answer = requests.send(found, Payload.test(found, random, now));
        return new Attempt(1, now, answer.status(), answer.took(), answer.result(), answer.excerpt());
    }

    /** What endpoints were told, and are to be told. */
    public WebhookLog log() {
        return log;
    }

    /** What receivers of the Postal format verify with; null without a key. */
    public @Nullable PostalPublicKey postalPublicKey() {
        return postal == null ? null : postal.publicKey();
    }

    /**
     * Stores the endpoints that the settings of this program name. Those of others stay as they are.
     *
     * @throws dev.mailer.api.MailerConfigException the name of one is taken
     */
    void adopt(List<NamedWebhook> all) {
        NamedEndpoints endpoints = new NamedEndpoints(events, store);
        for (NamedWebhook n : all) {
            endpoints.adopt(n, tools.now());
        }
        named = all.stream().collect(Collectors.toUnmodifiableMap(NamedWebhook::name, NamedWebhook::tenant));
        known.changed();
    }

    private void changed() {
        known.changed();
        tools.wake().run();
    }

    /** As it is now. */
    private @Nullable Known known(String tenant, String id) {
        known.changed();
        return known.find(tenant, id);
    }

    private static WebhookEndpoint view(Known k) {
        return new WebhookEndpoint(
                k.id(),
                k.endpoint().tenant(),
                k.config().options(),
                k.config().named(),
                k.endpoint().createdAt(),
                k.endpoint().state(),
                k.config().keys().stream()
                        .map(key -> SigningSecret.of(key.secret()).publicKey())
                        .filter(Objects::nonNull)
                        .toList());
    }
}
