// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/** What one mailer is told by properties; what is not set keeps the default of the mailer itself. */
public class MailerSettings {
    /** The way out: smtp://user:password@host:587, failover(a b), weighted(3*a 1*b). */
    private @Nullable String transport;

    /** Further ways out by name, for streams and routers to choose. */
    private Map<String, String> transports = new LinkedHashMap<>();

    /** SSL bundle that smtp and smtps connections trust and identify themselves by. */
    private @Nullable String sslBundle;

    /** Where the ledger is: jdbc:postgresql://host/db?user=…, sqlite:path, memory. Not a DataSource of the application's then. */
    private @Nullable String store;

    /** Name of the DataSource bean that the ledger is in. */
    private @Nullable String dataSource;

    /** Folder for a ledger in an SQLite file, where there is neither a store nor a DataSource. */
    private @Nullable String dataFolder;

    /** Tenants beside 'default'. */
    private Set<String> tenants = new LinkedHashSet<>();

    /** Streams by name; 'transactional' and 'broadcast' are always there. */
    private Map<String, Stream> streams = new LinkedHashMap<>();

    private @Nullable Retry retry;
    private @Nullable Limits limits;
    private @Nullable Retention retention;
    private @Nullable Suppression suppression;
    private @Nullable Encryption encryption;

    /** Keys that mail is signed with, by a name that is the domain unless another is given. */
    private Map<String, Dkim> dkim = new LinkedHashMap<>();

    /** Mail is signed and encrypted with S/MIME, by dev.mailer:mailer-smime. */
    private @Nullable Smime smime;

    /** What is noticed of mail that was delivered, by dev.mailer:mailer-tracking. */
    private @Nullable Tracking tracking;

    /** Other programs are told of events over HTTP, by dev.mailer:mailer-webhooks. */
    private @Nullable Webhooks webhooks;

    /** Templates: a folder, or a location on the class path such as classpath:mail. */
    private @Nullable String templates;

    /** How long closing waits for mail under way. */
    private @Nullable Duration closeTimeout;

    /** How this process is called in the ledger. */
    private @Nullable String nodeName;

    /** The name for EHLO. */
    private @Nullable String hostName;

    /**
     * One stream.
     *
     * @param weight Share of the sending slots, 1 to 1000.
     * @param reserved Transport slots that others leave free for it.
     * @param transport Name of the transport its mail leaves by, one of 'transports'.
     * @param trackOpens Whether it is noticed that its mail is opened.
     * @param trackClicks Whether it is noticed that links of its mail are clicked.
     * @param unsubscribe Whether its mail has the header fields to unsubscribe; that of 'broadcast' has them by default.
     * @param listId Its List-Id, such as news.example.com; its name at the sender's domain by default.
     */
    public record Stream(
            @Nullable Integer weight,
            @Nullable Integer reserved,
            @Nullable String transport,
            @Nullable Boolean trackOpens,
            @Nullable Boolean trackClicks,
            @Nullable Boolean unsubscribe,
            @Nullable String listId) {}

    /**
     * Opens and clicks.
     *
     * @param opens Whether it is noticed that mail is opened, where it, its stream and its tenant say nothing.
     * @param clicks Whether it is noticed that links are clicked.
     * @param tenants The same for the mail of tenants.
     * @param text Whether links of the text part are replaced, too.
     * @param exclude Hosts whose links stay, such as example.com or *.example.com.
     * @param utm What is added to the query of links: source, medium, campaign, term, content.
     * @param addresses What is stored of IP addresses: none, anonymised or full.
     * @param durability When opens and clicks are answered: committed or buffered.
     * @param honeypot Whether mail has a link that nobody sees, to know programs by.
     * @param scanners Networks of scanners, such as 198.51.100.0/24.
     * @param scannersWithin How soon after a mail was sent a click from there is theirs.
     * @param trustedProxies Networks of the proxies whose X-Forwarded-For is believed.
     */
    public record Tracking(
            @Nullable Boolean opens,
            @Nullable Boolean clicks,
            @Nullable Map<String, TrackingOfTenant> tenants,
            @Nullable Boolean text,
            @Nullable List<String> exclude,
            @Nullable Map<String, String> utm,
            @Nullable String addresses,
            @Nullable String durability,
            @Nullable Boolean honeypot,
            @Nullable List<String> scanners,
            @Nullable Duration scannersWithin,
            @Nullable List<String> trustedProxies) {}

    /**
     * What is tracked of the mail of a tenant.
     *
     * @param opens Whether it is noticed that mail is opened.
     * @param clicks Whether it is noticed that links are clicked.
     */
    public record TrackingOfTenant(
            @Nullable Boolean opens, @Nullable Boolean clicks) {}

    /**
     * When deferred mail is tried again.
     *
     * @param first Wait after the first failure.
     * @param longest Longest wait.
     * @param lifetime When to give up.
     * @param jitter Part of each wait that chance adds or takes away, 0 to 0.5.
     */
    public record Retry(
            @Nullable Duration first,
            @Nullable Duration longest,
            @Nullable Duration lifetime,
            @Nullable Double jitter) {}

    /**
     * Sizes and counts.
     *
     * @param messageSize Largest mail, attachments included.
     * @param maxUnsettled Most copies that one crash can cause.
     * @param bytesInFlight Content in memory for sending.
     * @param waitingSubmissions Submissions that may wait for their commit.
     * @param slots Most calls of transports at a time.
     * @param slowCalls Most calls that slow destinations keep waiting beside those.
     * @param lease How long a node's claims outlive its last sign of life.
     */
    public record Limits(
            @Nullable DataSize messageSize,
            @Nullable Integer maxUnsettled,
            @Nullable DataSize bytesInFlight,
            @Nullable Integer waitingSubmissions,
            @Nullable Integer slots,
            @Nullable Integer slowCalls,
            @Nullable Duration lease) {}

    /**
     * How long the ledger keeps what is final.
     *
     * @param content Bodies and attachments, after the last delivery is final.
     * @param messages Everything about a mail, after the last delivery is final.
     * @param idempotencyKeys Idempotency keys, at least a day.
     */
    public record Retention(
            @Nullable Duration content,
            @Nullable Duration messages,
            @Nullable Duration idempotencyKeys) {}

    /**
     * Which outcomes put a recipient on the suppression list, and for how long.
     *
     * @param bounces Somebody who bounced: forever, off, or a time such as 30d.
     * @param complaints Somebody who complained: forever, off, or a time such as 30d.
     */
    public record Suppression(
            @Nullable String bounces, @Nullable String complaints) {}

    /**
     * Personal data at rest.
     *
     * @param key Master key as version:base64; what is new is encrypted with it.
     * @param oldKeys Master keys that stored data may still need.
     */
    public record Encryption(@Nullable String key, @Nullable List<String> oldKeys) {
        /** Neither is shown. */
        @Override
        public String toString() {
            return "Encryption[***]";
        }
    }

    /**
     * One key that signs mail.
     *
     * @param domain Whose mail is signed, the domain of From or one above it; the name unless set.
     * @param selector The key's name in the DNS.
     * @param key The private key, PEM or its base64.
     * @param keyFile The file or class path location that has the private key.
     * @param from Mail accepted from this instant on is signed with it, in place of an earlier key of the same kind.
     */
    public record Dkim(
            @Nullable String domain,
            @Nullable String selector,
            @Nullable String key,
            @Nullable String keyFile,
            @Nullable Instant from) {
        /** The key is not shown. */
        @Override
        public String toString() {
            return "Dkim[domain=" + domain + ", selector=" + selector + ", from=" + from + "]";
        }
    }

    /**
     * S/MIME.
     *
     * @param identities Who signs, by a name that is the domain unless a sender is given.
     * @param certificates The folder of certificates that mail is encrypted for.
     * @param secret What the keys of encrypted mail are derived from, at least 32 random characters; the same on all nodes.
     * @param missing What happens to mail for a recipient without a certificate: refuse or send.
     * @param encryption How content is encrypted: aes-128-cbc or aes-256-gcm.
     */
    public record Smime(
            @Nullable Map<String, SmimeIdentity> identities,
            @Nullable String certificates,
            @Nullable String secret,
            @Nullable String missing,
            @Nullable String encryption) {
        /** The secret is not shown. */
        @Override
        public String toString() {
            return "Smime[identities=" + identities + ", certificates=" + certificates + "]";
        }
    }

    /**
     * Who signs.
     *
     * @param sender The address, or the domain, whose mail it signs; the name by default.
     * @param key The private key and the certificates: PEM, or with a passphrase PKCS#12 in base64.
     * @param keyFile The file or class path location that has them.
     * @param passphrase The passphrase of PKCS#12.
     */
    public record SmimeIdentity(
            @Nullable String sender,
            @Nullable String key,
            @Nullable String keyFile,
            @Nullable String passphrase) {
        /** The key is not shown. */
        @Override
        public String toString() {
            return "SmimeIdentity[sender=" + sender + "]";
        }
    }

    /**
     * Webhooks.
     *
     * @param endpoints Who is told, by name.
     * @param allow Networks that are not of the public Internet and may be told, such as 10.1.0.0/16.
     * @param http Whether URLs without TLS are allowed.
     * @param timeout Of a request as a whole.
     * @param disableAfter How long an endpoint may fail without one success.
     * @param keep How long deliveries are kept when they have ended.
     * @param perEndpoint Requests at a time to one endpoint.
     * @param together Requests at a time to all endpoints.
     * @param postalKey The RSA key that the format postal is signed with: PKCS#8 in PEM or base64.
     */
    public record Webhooks(
            @Nullable Map<String, WebhookTarget> endpoints,
            @Nullable List<String> allow,
            @DefaultValue("false") boolean http,
            @Nullable Duration timeout,
            @Nullable Duration disableAfter,
            @Nullable Duration keep,
            @Nullable Integer perEndpoint,
            @Nullable Integer together,
            @Nullable String postalKey) {
        /** The key is not shown. */
        @Override
        public String toString() {
            return "Webhooks[endpoints=" + endpoints + ", allow=" + allow + "]";
        }
    }

    /**
     * Who is told of events.
     *
     * @param url Where requests go.
     * @param secret What they are signed with: whsec_ or whsk_ and base64; several while they are changed.
     * @param types Types of events such as delivered; all by default.
     * @param streams Streams; all by default.
     * @param format The format: standard or postal.
     * @param headers Sent along with each request.
     * @param description For people.
     * @param tenant Whose events.
     */
    public record WebhookTarget(
            @Nullable String url,
            @Nullable List<String> secret,
            @Nullable List<String> types,
            @Nullable List<String> streams,
            @Nullable String format,
            @Nullable Map<String, String> headers,
            @Nullable String description,
            @Nullable String tenant) {
        /** The secrets are not shown. */
        @Override
        public String toString() {
            return "WebhookTarget[types=" + types + "]";
        }
    }

    public @Nullable String getTransport() {
        return transport;
    }

    public void setTransport(@Nullable String transport) {
        this.transport = transport;
    }

    public Map<String, String> getTransports() {
        return transports;
    }

    public void setTransports(Map<String, String> transports) {
        this.transports = transports;
    }

    public @Nullable String getSslBundle() {
        return sslBundle;
    }

    public void setSslBundle(@Nullable String sslBundle) {
        this.sslBundle = sslBundle;
    }

    public @Nullable String getStore() {
        return store;
    }

    public void setStore(@Nullable String store) {
        this.store = store;
    }

    public @Nullable String getDataSource() {
        return dataSource;
    }

    public void setDataSource(@Nullable String dataSource) {
        this.dataSource = dataSource;
    }

    public @Nullable String getDataFolder() {
        return dataFolder;
    }

    public void setDataFolder(@Nullable String dataFolder) {
        this.dataFolder = dataFolder;
    }

    public Set<String> getTenants() {
        return tenants;
    }

    public void setTenants(Set<String> tenants) {
        this.tenants = tenants;
    }

    public Map<String, Stream> getStreams() {
        return streams;
    }

    public void setStreams(Map<String, Stream> streams) {
        this.streams = streams;
    }

    public @Nullable Retry getRetry() {
        return retry;
    }

    public void setRetry(@Nullable Retry retry) {
        this.retry = retry;
    }

    public @Nullable Limits getLimits() {
        return limits;
    }

    public void setLimits(@Nullable Limits limits) {
        this.limits = limits;
    }

    public @Nullable Encryption getEncryption() {
        return encryption;
    }

    public void setEncryption(@Nullable Encryption encryption) {
        this.encryption = encryption;
    }

    public Map<String, Dkim> getDkim() {
        return dkim;
    }

    public void setDkim(Map<String, Dkim> dkim) {
        this.dkim = dkim;
    }

    public @Nullable Smime getSmime() {
        return smime;
    }

    public void setSmime(@Nullable Smime smime) {
        this.smime = smime;
    }

    public @Nullable Webhooks getWebhooks() {
        return webhooks;
    }

    public void setWebhooks(@Nullable Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    public @Nullable Retention getRetention() {
        return retention;
    }

    public void setRetention(@Nullable Retention retention) {
        this.retention = retention;
    }

    public @Nullable Tracking getTracking() {
        return tracking;
    }

    public void setTracking(@Nullable Tracking tracking) {
        this.tracking = tracking;
    }

    public @Nullable Suppression getSuppression() {
        return suppression;
    }

    public void setSuppression(@Nullable Suppression suppression) {
        this.suppression = suppression;
    }

    public @Nullable String getTemplates() {
        return templates;
    }

    public void setTemplates(@Nullable String templates) {
        this.templates = templates;
    }

    public @Nullable Duration getCloseTimeout() {
        return closeTimeout;
    }

    public void setCloseTimeout(@Nullable Duration closeTimeout) {
        this.closeTimeout = closeTimeout;
    }

    public @Nullable String getNodeName() {
        return nodeName;
    }

    public void setNodeName(@Nullable String nodeName) {
        this.nodeName = nodeName;
    }

    public @Nullable String getHostName() {
        return hostName;
    }

    public void setHostName(@Nullable String hostName) {
        this.hostName = hostName;
    }
}
