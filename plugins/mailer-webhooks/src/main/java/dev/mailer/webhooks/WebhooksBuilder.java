// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.NetworkRules;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Collects what {@link WebhooksPlugin} is made of; what is wrong with an option is a {@link MailerConfigException} at once. Not thread-safe. */
public final class WebhooksBuilder {
    /** Requests at a time to one endpoint: {@value}. */
    public static final int DEFAULT_PER_ENDPOINT = 8;
    /** Requests at a time to all endpoints: {@value}. */
    public static final int DEFAULT_TOGETHER = 64;
    /** Requests at a time in all, to one of those that {@link #together} has: {@value}. */
    public static final int MOST_TO_TOGETHER = 8;
    /** Of a request as a whole. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(15);
    /** How long an endpoint may fail without one success. */
    public static final Duration DEFAULT_DISABLE_AFTER = Duration.ofDays(5);
    /** How long deliveries are kept when they have ended. */
    public static final Duration DEFAULT_KEEP = Duration.ofDays(7);

    private static final int MOST_TOGETHER = 1_000;

    private final List<NamedWebhook> named = new ArrayList<>();
    private NetworkRules networks = NetworkRules.PUBLIC;
    private boolean plainHttp;
    private int perEndpoint = DEFAULT_PER_ENDPOINT;
    private int together = DEFAULT_TOGETHER;
    private Duration timeout = DEFAULT_TIMEOUT;
    private Duration disableAfter = DEFAULT_DISABLE_AFTER;
    private Duration keep = DEFAULT_KEEP;
    private MeterRegistry meters = new CompositeMeterRegistry();
    private AddressLookup lookup = InetAddress::getAllByName;
    private @Nullable PostalKey postal;
    private @Nullable SSLContext tls;

    WebhooksBuilder() {}

    /**
     * An endpoint that is there from when the mailer runs, as it is said here. It belongs to its name: a program that does not name it leaves it
     * as it is, so one that is wanted no more is removed or disabled by hand.
     *
     * @param name its id; no other tenant has one of this name
     * @param secrets {@code whsec_…} or {@code whsk_…}; several while they are changed
     * @throws MailerConfigException the name or the secrets are unusable
     */
    public WebhooksBuilder endpoint(String name, String tenant, WebhookOptions options, Secret... secrets) {
        NamedWebhook webhook = new NamedWebhook(name, tenant, options, List.of(secrets));
        if (named.stream().anyMatch(n -> n.name().equals(name))) {
            throw new MailerConfigException(webhook.option(), "is there twice");
        }
        named.add(webhook);
        return this;
    }

    /**
     * Lets requests go to networks that are not of the public Internet, each such as {@code 10.1.0.0/16}. None by default.
     *
     * @throws MailerConfigException one of them is no network
     */
    public WebhooksBuilder allow(Collection<String> networks) {
        try {
            this.networks = NetworkRules.allowing(networks);
        } catch (IllegalArgumentException e) {
            throw new MailerConfigException("webhooks.allow", String.valueOf(e.getMessage()), e);
        }
        return this;
    }

    /** Lets endpoints have URLs without TLS. By default only those of this machine may, where its addresses are allowed. */
    public WebhooksBuilder allowPlainHttp() {
        plainHttp = true;
        return this;
    }

    /**
     * What the format {@link WebhookFormat#POSTAL} is signed with: an RSA key in PKCS#8, PEM or base64.
     *
     * @throws MailerConfigException it is none; what it is, is not shown
     */
    public WebhooksBuilder postalKey(Secret key) {
        try {
            postal = PostalKey.of(key);
        } catch (InvalidWebhookException e) {
            throw new MailerConfigException("webhooks.postalKey", e.problem(), e);
        }
        return this;
    }

    /** Requests at a time to one endpoint; {@value #DEFAULT_PER_ENDPOINT} unless set. */
    public WebhooksBuilder perEndpoint(int requests) {
        perEndpoint = between("perEndpoint", requests, 1, 64);
        return this;
    }

    /**
     * Requests at a time to all endpoints on this node, each on a thread; {@value #DEFAULT_TOGETHER} unless set, 1,000 at most. Beyond it each endpoint still
     * gets one, until there are {@value #MOST_TO_TOGETHER} times as many. Then they take turns, and those that fail or keep requests waiting leave
     * half of it to others.
     */
    public WebhooksBuilder together(int requests) {
        together = between("together", requests, 1, MOST_TOGETHER);
        return this;
    }

    private static int between(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new MailerConfigException(
                    "webhooks." + option, "must be from " + least + " to " + most + ", got " + value);
        }
        return value;
    }

    /** Of a request as a whole; 15 seconds unless set, a minute at most. */
    public WebhooksBuilder timeout(Duration all) {
        timeout = within("timeout", all, Duration.ofMillis(100), Duration.ofMinutes(1));
        return this;
    }

    /** How long an endpoint may fail without one success until it is disabled; 5 days unless set. */
    public WebhooksBuilder disableAfter(Duration failing) {
        disableAfter = within("disableAfter", failing, Duration.ofMinutes(1), Duration.ofDays(365));
        return this;
    }

    /** How long deliveries are kept when they have ended, to be shown and sent again; 7 days unless set. */
    public WebhooksBuilder keep(Duration ended) {
        keep = within("keep", ended, Duration.ofMinutes(1), Duration.ofDays(365));
        return this;
    }

    private static Duration within(String option, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new MailerConfigException(
                    "webhooks." + option, "must be from " + least + " to " + most + ", got " + value);
        }
        return value;
    }

    /** Where requests are counted; nowhere unless set. */
    public WebhooksBuilder meters(MeterRegistry registry) {
        meters = registry;
        return this;
    }

    /** What endpoints are verified by; what the platform trusts unless set. */
    public WebhooksBuilder tls(SSLContext context) {
        tls = context;
        return this;
    }

    WebhooksBuilder lookup(AddressLookup other) {
        lookup = other;
        return this;
    }

    /**
     * Makes the plugin of what was given by now.
     *
     * @throws MailerConfigException the rest does not allow what an endpoint has
     */
    public WebhooksPlugin build() {
        Reach reach = new Reach(networks, plainHttp, lookup, tls);
        named.forEach(endpoint -> endpoint.check(reach.rules(), postal));
        return new WebhooksPlugin(
                named, reach, new DeliverySettings(perEndpoint, together, timeout, disableAfter, keep), postal, meters);
    }
}
