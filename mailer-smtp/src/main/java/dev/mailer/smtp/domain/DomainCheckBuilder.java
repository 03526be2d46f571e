// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.api.Address;
import dev.mailer.api.Experimental;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.smtp.dkim.DkimPrivateKey;
import dev.mailer.smtp.mx.PolicyFetch;
import dev.mailer.smtp.mx.ResolverSettings;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is known of a domain's mail; what is not given is not looked at, and a finding says so. At most {@value #MAX_EACH} of
 * selectors, addresses, includes and URLs each. Methods throw IllegalArgumentException for what is no name or address. Not thread-safe.
 */
@Experimental
public final class DomainCheckBuilder {
    /** Most selectors, addresses, includes and URLs, each: {@value}. */
    public static final int MAX_EACH = 20;
    /** For the whole check, unless set: 30 seconds. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    /** Underscores are in use, too. */
    private static final String LABEL = "[A-Za-z0-9_][A-Za-z0-9_-]{0,62}";

    private static final String SELECTOR = LABEL + "(?:\\." + LABEL + "){0,9}";

    private final String domain;
    private final List<DomainSettings.Signing> signing = new ArrayList<>();
    private final Set<InetAddress> sources = new LinkedHashSet<>();
    private final Map<InetAddress, String> ehloAt = new HashMap<>();
    private final Set<String> includes = new LinkedHashSet<>();
    private final Set<URI> unsubscribe = new LinkedHashSet<>();
    private String returnPath;
    private String reports;
    private Duration timeout = DEFAULT_TIMEOUT;
    private InstantSource clock = InstantSource.system();
    private @Nullable String ehlo;
    private @Nullable ResolverSettings servers;
    private @Nullable PolicyFetch policies;

    DomainCheckBuilder(String domain) {
        this.domain = name(domain);
        this.returnPath = this.domain;
        this.reports = "postmaster@" + this.domain;
    }

    /** Mail is signed with this selector of the domain, by a key that is not known here. */
    public DomainCheckBuilder selector(String selector) {
        return signing(new DomainSettings.Signing(domain, requireSelector(selector), null));
    }

    /** Mail is signed with this key, of the domain or one above it. */
    public DomainCheckBuilder key(String signingDomain, String selector, DkimPrivateKey key) {
        Objects.requireNonNull(key, "key");
        return signing(new DomainSettings.Signing(name(signingDomain), requireSelector(selector), key));
    }

    /** An address that mail is sent from, as receivers see it. */
    public DomainCheckBuilder source(InetAddress address) {
        sources.add(Objects.requireNonNull(address, "address"));
        return requireFew(sources.size(), "addresses");
    }

    /**
     * An address that mail is sent from, as a text: {@code 192.0.2.1}, {@code 2001:db8::1}; with the name that is said in EHLO over its
     * connections, where that is another than over others, {@code mta1.example.com@192.0.2.1}. No name of a host.
     */
    public DomainCheckBuilder source(String address) {
        int at = address.indexOf('@');
        InetAddress parsed = AddressText.parse(address.substring(at + 1));
        if (parsed == null) {
            throw new IllegalArgumentException(
                    "\"" + address + "\" is no address; expected such as 192.0.2.1 or 2001:db8::1");
        }
        if (at >= 0) {
            ehloAt.put(parsed, host(address.substring(0, at)));
        }
        return source(parsed);
    }

    /** The name that is said in EHLO, unless a source has one of its own. */
    public DomainCheckBuilder ehlo(String name) {
        this.ehlo = host(name);
        return this;
    }

    /** The domain of the envelope's sender, where bounces go; that of From unless set. */
    public DomainCheckBuilder returnPathDomain(String value) {
        this.returnPath = name(value);
        return this;
    }

    /** The SPF record shall include this domain: that of a relay or provider. */
    public DomainCheckBuilder include(String value) {
        if (!value.matches(LABEL + "(?:\\." + LABEL + ")+")) {
            throw new IllegalArgumentException("\"" + value + "\" is no domain");
        }
        includes.add(value.toLowerCase(Locale.ROOT));
        return requireFew(includes.size(), "includes");
    }

    /** A URL as it stands in List-Unsubscribe. */
    public DomainCheckBuilder unsubscribe(URI url) {
        unsubscribe.add(Objects.requireNonNull(url, "url"));
        return requireFew(unsubscribe.size(), "URLs");
    }

    /** Where reports shall go, in records that are written here; the postmaster of the domain unless set. */
    public DomainCheckBuilder reportsTo(String address) {
        try {
            this.reports = Address.of(address).spec();
        } catch (InvalidEmailException e) {
            throw new IllegalArgumentException("\"" + address + "\" is no address", e);
        }
        return this;
    }

    /** Addresses of recursive name servers, such as {@code 127.0.0.1:5353,192.0.2.1}; those of the system unless set. */
    public DomainCheckBuilder nameServers(String addresses) {
        this.servers = ResolverSettings.parse(addresses);
        return this;
    }

    /** For the whole check; {@link #DEFAULT_TIMEOUT} unless set. */
    public DomainCheckBuilder timeout(Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("the timeout is " + value + "; expected a time");
        }
        this.timeout = value;
        return this;
    }

    public DomainCheckBuilder clock(InstantSource value) {
        this.clock = Objects.requireNonNull(value, "value");
        return this;
    }

    /** In place of the web: for tests. */
    DomainCheckBuilder policies(PolicyFetch value) {
        this.policies = value;
        return this;
    }

    public DomainCheck build() {
        DomainSettings settings = new DomainSettings(
                domain,
                returnPath,
                signing,
                List.copyOf(sources),
                ehlo,
                ehloAt,
                List.copyOf(includes),
                List.copyOf(unsubscribe),
                reports,
                clock.instant());
        return new DomainCheck(
                settings, servers == null ? ResolverSettings.ofSystem() : servers, timeout, clock, policies);
    }

    private static String host(String name) {
        if (!name.matches(LABEL + "(?:\\." + LABEL + "){0,120}\\.?")) {
            throw new IllegalArgumentException("the name of EHLO \"" + name + "\" is no name of a host");
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    private DomainCheckBuilder signing(DomainSettings.Signing one) {
        signing.removeIf(s -> s.name().equals(one.name()) && s.key() == null);
        if (signing.stream().noneMatch(s -> s.name().equals(one.name()))) {
            signing.add(one);
        }
        return requireFew(signing.size(), "selectors");
    }

    private DomainCheckBuilder requireFew(int count, String what) {
        if (count > MAX_EACH) {
            throw new IllegalArgumentException("more than " + MAX_EACH + " " + what);
        }
        return this;
    }

    private static String requireSelector(String selector) {
        if (!selector.matches(SELECTOR)) {
            throw new IllegalArgumentException(
                    "the selector \"" + selector + "\" is no name: letters, digits, - and _, parted by dots");
        }
        return selector;
    }

    /** In lower case and A-labels, without a dot at its end. */
    private static String name(String given) {
        String plain = given.endsWith(".") ? given.substring(0, given.length() - 1) : given;
        try {
            String name = Address.of("postmaster@" + plain).domain();
            if (name.indexOf('.') > 0 && !name.startsWith("[")) {
                return name;
            }
        } catch (InvalidEmailException e) {
            // told below, as it was given
        }
        throw new IllegalArgumentException("\"" + given + "\" is no domain");
    }
}
