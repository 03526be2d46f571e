// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

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
    private Map<String, StreamSettings> streams = new LinkedHashMap<>();

    @NestedConfigurationProperty
    private @Nullable RetrySettings retry;

    @NestedConfigurationProperty
    private @Nullable LimitSettings limits;

    @NestedConfigurationProperty
    private @Nullable RetentionSettings retention;

    @NestedConfigurationProperty
    private @Nullable SuppressionSettings suppression;

    @NestedConfigurationProperty
    private @Nullable EncryptionSettings encryption;

    /** Keys that mail is signed with, by a name that is the domain unless another is given. */
    private Map<String, DkimSettings> dkim = new LinkedHashMap<>();

    /** Mail is signed and encrypted with S/MIME, by dev.mailer:mailer-smime. */
    @NestedConfigurationProperty
    private @Nullable SmimeSettings smime;

    /** What is noticed of mail that was delivered, by dev.mailer:mailer-tracking. */
    @NestedConfigurationProperty
    private @Nullable TrackingSettings tracking;

    /** Other programs are told of events over HTTP, by dev.mailer:mailer-webhooks. */
    @NestedConfigurationProperty
    private @Nullable WebhookSettings webhooks;

    /** Templates: a folder, or a location on the class path such as classpath:mail. */
    private @Nullable String templates;

    /** How long closing waits for mail under way. */
    private @Nullable Duration closeTimeout;

    /** How this process is called in the ledger. */
    private @Nullable String nodeName;

    /** The name for EHLO. */
    private @Nullable String hostName;

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

    public Map<String, StreamSettings> getStreams() {
        return streams;
    }

    public void setStreams(Map<String, StreamSettings> streams) {
        this.streams = streams;
    }

    public @Nullable RetrySettings getRetry() {
        return retry;
    }

    public void setRetry(@Nullable RetrySettings retry) {
        this.retry = retry;
    }

    public @Nullable LimitSettings getLimits() {
        return limits;
    }

    public void setLimits(@Nullable LimitSettings limits) {
        this.limits = limits;
    }

    public @Nullable EncryptionSettings getEncryption() {
        return encryption;
    }

    public void setEncryption(@Nullable EncryptionSettings encryption) {
        this.encryption = encryption;
    }

    public Map<String, DkimSettings> getDkim() {
        return dkim;
    }

    public void setDkim(Map<String, DkimSettings> dkim) {
        this.dkim = dkim;
    }

    public @Nullable SmimeSettings getSmime() {
        return smime;
    }

    public void setSmime(@Nullable SmimeSettings smime) {
        this.smime = smime;
    }

    public @Nullable WebhookSettings getWebhooks() {
        return webhooks;
    }

    public void setWebhooks(@Nullable WebhookSettings webhooks) {
        this.webhooks = webhooks;
    }

    public @Nullable RetentionSettings getRetention() {
        return retention;
    }

    public void setRetention(@Nullable RetentionSettings retention) {
        this.retention = retention;
    }

    public @Nullable TrackingSettings getTracking() {
        return tracking;
    }

    public void setTracking(@Nullable TrackingSettings tracking) {
        this.tracking = tracking;
    }

    public @Nullable SuppressionSettings getSuppression() {
        return suppression;
    }

    public void setSuppression(@Nullable SuppressionSettings suppression) {
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
