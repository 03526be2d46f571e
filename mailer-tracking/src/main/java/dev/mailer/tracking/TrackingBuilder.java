// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.MailerConfigException;
import dev.mailer.tracking.TrackedMail.Parts;
import dev.mailer.tracking.internal.rewrite.UtmParameters;
import dev.mailer.tracking.internal.verdict.Networks;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Collects a {@link TrackingPlugin}. A value that cannot be used is a {@link MailerConfigException} that names the setting. Not
 * thread-safe; used once.
 */
public final class TrackingBuilder {
    /** How soon after a mail was sent its links are scanned, unless said otherwise. */
    public static final Duration DEFAULT_SOON = Duration.ofSeconds(60);

    private static final Pattern HOST = Pattern.compile("(\\*\\.)?[A-Za-z0-9-]{1,63}(\\.[A-Za-z0-9-]{1,63})*");

    private final TrackingSwitch all = new TrackingSwitch();
    private final Map<String, TrackingSwitch> streams = new HashMap<>();
    private final Map<String, TrackingSwitch> tenants = new HashMap<>();
    private final Set<String> excluded = new LinkedHashSet<>();
    private @Nullable PublicUrls urls;
    private boolean text;
    private boolean honeypot;
    private UtmParameters utm = UtmParameters.of(Map.of());
    private AddressDetail addresses = AddressDetail.ANONYMISED;
    private TrackingDurability durability = TrackingDurability.COMMITTED;
    private Networks scanners = Networks.NONE;
    private Duration soon = DEFAULT_SOON;
    private Networks proxies = Networks.NONE;

    TrackingBuilder() {}

    /** Where recipients reach the endpoint; required. */
    public TrackingBuilder publicUrls(PublicUrls publicUrls) {
        this.urls = publicUrls;
        return this;
    }

    /** Whether it is noticed that mail is opened, where mail, stream and tenant say nothing; default false. */
    public TrackingBuilder opens(boolean on) {
        all.opens(on);
        return this;
    }

    /** The same about clicks. */
    public TrackingBuilder clicks(boolean on) {
        all.clicks(on);
        return this;
    }

    /** What is tracked of the mail of a stream. */
    public TrackingBuilder stream(String name, Consumer<TrackingSwitch> options) {
        options.accept(streams.computeIfAbsent(name, n -> new TrackingSwitch()));
        return this;
    }

    /** What is tracked of the mail of a tenant. Where stream and tenant differ, off beats on. */
    public TrackingBuilder tenant(String name, Consumer<TrackingSwitch> options) {
        options.accept(tenants.computeIfAbsent(name, n -> new TrackingSwitch()));
        return this;
    }

    /** Whether links of the text part are replaced, too, which everybody sees; default false. */
    public TrackingBuilder text(boolean on) {
        this.text = on;
        return this;
    }

    /** Adds a host whose links stay as they are, or with {@code *.example.com} all below one. */
    public TrackingBuilder exclude(String host) {
        if (!HOST.matcher(host).matches()) {
            throw new MailerConfigException(
                    "tracking.exclude", "'" + host + "' is no host such as example.com or *.example.com");
        }
        excluded.add(host);
        return this;
    }

    /**
     * What is added to the query of links that are tracked: {@code source}, {@code medium}, {@code campaign}, {@code term} and
     * {@code content}, each a text that may hold {@code {stream}}, {@code {tenant}} and {@code {tag.NAME}}. What a link has already stays.
     */
    public TrackingBuilder utm(Map<String, String> templates) {
        this.utm = UtmParameters.of(templates);
        return this;
    }

    /** What is stored of IP addresses; default {@link AddressDetail#ANONYMISED}. */
    public TrackingBuilder addresses(AddressDetail detail) {
        this.addresses = detail;
        return this;
    }

    /** When opens and clicks are answered; default {@link TrackingDurability#COMMITTED}. */
    public TrackingBuilder durability(TrackingDurability when) {
        this.durability = when;
        return this;
    }

    /**
     * Whether mail whose clicks are tracked has a link that nobody sees; who follows it is a program, and so are the other clicks
     * from that mail within ten minutes. Default false.
     */
    public TrackingBuilder honeypot(boolean on) {
        this.honeypot = on;
        return this;
    }

    /**
     * Networks of scanners, such as {@code 198.51.100.0/24}: a click from there is theirs within a time after the mail was sent.
     *
     * @param within to a day; default {@link #DEFAULT_SOON}
     */
    public TrackingBuilder scanners(Collection<String> networks, Duration within) {
        if (within.isNegative() || within.compareTo(Duration.ofDays(1)) > 0) {
            throw new MailerConfigException("tracking.scannersWithin", "is " + within + ", allowed is up to a day");
        }
        this.scanners = Networks.of("tracking.scanners", networks);
        this.soon = within;
        return this;
    }

    /** Networks of the proxies in front of us, whose {@code X-Forwarded-For} is believed; default none. */
    public TrackingBuilder trustedProxies(Collection<String> networks) {
        this.proxies = Networks.of("tracking.trustedProxies", networks);
        return this;
    }

    /** Makes it. */
    public TrackingPlugin build() {
        if (urls == null) {
            throw new MailerConfigException(
                    "publicUrl", "is missing: tracking needs the address at which recipients reach it");
        }
        return new TrackingPlugin(new TrackingOptions(
                urls,
                new Switches(all.pair(), pairs(streams), pairs(tenants)),
                new LinkRules(urls, excluded),
                new Parts(text, honeypot, utm),
                addresses,
                durability,
                scanners,
                soon,
                proxies));
    }

    private static Map<String, Switches.Pair> pairs(Map<String, TrackingSwitch> switches) {
        Map<String, Switches.Pair> pairs = new HashMap<>();
        switches.forEach((name, s) -> pairs.put(name, s.pair()));
        return pairs;
    }
}
