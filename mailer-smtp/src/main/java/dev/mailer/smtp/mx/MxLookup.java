// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the hosts that take mail for a domain (RFC 5321 §5.1): those of its MX records by preference, or, where it has none, the
 * domain itself; never this host, and never one behind it in preference, so that no mail goes round. Thread-safe.
 */
public final class MxLookup {
    /** Hosts of a domain that are looked at, the preferred ones first. */
    public static final int MAX_HOSTS = 20;
    /** Addresses of a host that are tried. */
    public static final int MAX_ADDRESSES = 8;
    /** Once there are as many addresses as this, hosts that are less preferred are not looked up. */
    public static final int ENOUGH_ADDRESSES = 16;

    private final Dns dns;
    private final MxSettings settings;
    private final RandomGenerator random;

    public MxLookup(Dns dns, MxSettings settings, RandomGenerator random) {
        this.dns = dns;
        this.settings = settings;
        this.random = random;
    }

    /** Blocks while names are looked up, until the deadline at most; the domain is in A-labels or a literal with brackets. */
    public MxVerdict find(String domain, Deadline deadline) {
        String name = domain.toLowerCase(Locale.ROOT);
        if (name.startsWith("[")) {
            return literal(name);
        }
        DnsAnswer<MxRecord> mx = dns.mx(name, deadline);
        return switch (mx.kind()) {
            case NXDOMAIN -> NoRoutes.unknownDomain(name);
            case FAILED -> NoRoutes.dnsFailure(name, name, mx.reason());
            case NODATA -> route(name, List.of(new MxRecord(0, name)), true, mx.authenticated(), deadline);
            case RECORDS -> {
                List<MxRecord> hosts = hosts(mx.records());
                yield hosts.isEmpty() ? NoRoutes.nullMx(name) : route(name, hosts, false, mx.authenticated(), deadline);
            }
        };
    }

    /** The preferred ones, by name within a preference; the root names none, and stands alone where it is meant (RFC 7505 §3). */
    private static List<MxRecord> hosts(List<MxRecord> records) {
        return records.stream()
                .filter(r -> !r.host().isEmpty())
                .distinct()
                .sorted(Comparator.comparingInt(MxRecord::preference).thenComparing(MxRecord::host))
                .limit(MAX_HOSTS)
                .toList();
    }

    private MxVerdict route(
            String domain, List<MxRecord> all, boolean implicit, boolean authenticated, Deadline deadline) {
        int own = all.stream()
                .filter(r -> settings.isOwn(r.host()))
                .mapToInt(MxRecord::preference)
                .min()
                .orElse(Integer.MAX_VALUE);
        List<MxRecord> better = all.stream().filter(r -> r.preference() < own).toList();
        Search search = new Search(domain, implicit, deadline);
        search.foundOwn = better.size() < all.size();
        for (int i = 0; i < better.size() && !search.isDone(); ) {
            int end = endOfGroup(better, i);
            search.group(shuffled(better.subList(i, end)));
            i = end;
        }
        if (search.found.isEmpty()) {
            return search.nothing();
        }
        List<String> names =
                better.stream().map(MxRecord::host).sorted().distinct().toList();
        List<String> best = better.subList(0, endOfGroup(better, 0)).stream()
                .map(MxRecord::host)
                .toList();
        return new MailRoute(domain, search.found, names, best, authenticated);
    }

    private static int endOfGroup(List<MxRecord> sorted, int start) {
        int end = start;
        while (end < sorted.size()
                && sorted.get(end).preference() == sorted.get(start).preference()) {
            end++;
        }
        return end;
    }

    /** RFC 5321 §5.1: the load is spread over hosts of equal preference. */
    private List<MxRecord> shuffled(List<MxRecord> group) {
        List<MxRecord> list = new ArrayList<>(group);
        for (int i = list.size() - 1; i > 0; i--) {
            Collections.swap(list, i, random.nextInt(i + 1));
        }
        return list;
    }

    private MxVerdict literal(String domain) {
        InetAddress address = address(domain);
        if (address == null) {
            return NoRoutes.unknownDomain(domain);
        }
        if (settings.ownAddresses().contains(address)) {
            return NoRoutes.loop(domain);
        }
        if (!settings.choice().allows(address)) {
            return NoRoutes.noAddress(domain, false, settings.choice());
        }
        if (!settings.mayUse(address)) {
            return NoRoutes.notPublic(domain, domain, address);
        }
        MxHost host = new MxHost(domain, 0, List.of(address), domain, false);
        return new MailRoute(domain, List.of(host), List.of(domain), List.of(domain), false);
    }

    /** RFC 5321 §4.1.3; null when it is none. Nothing but digits and colons gets to the platform, which would ask DNS. */
    private static @Nullable InetAddress address(String literal) {
        String inner = literal.substring(1, literal.endsWith("]") ? literal.length() - 1 : 1);
        boolean six = inner.startsWith("ipv6:");
        String text = six ? inner.substring(5) : inner;
        if (!text.matches(six ? "[0-9a-f]*:[0-9a-f:.]*" : "\\d{1,3}(\\.\\d{1,3}){3}")) {
            return null;
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Used once: what was found of one domain so far, and why some hosts were not. */
    private final class Search {
        private final String domain;
        private final boolean implicit;
        private final Deadline deadline;
        private final List<MxHost> found = new ArrayList<>();
        private boolean foundOwn;
        private boolean isDone;
        private @Nullable MxVerdict failed;
        private @Nullable MxVerdict refused;

        Search(String domain, boolean implicit, Deadline deadline) {
            this.domain = domain;
            this.implicit = implicit;
            this.deadline = deadline;
        }

        boolean isDone() {
            return isDone;
        }

        /** Hosts of one preference: when one of them has an address of ours, none of them and nothing behind them is used. */
        void group(List<MxRecord> hosts) {
            int before = found.size();
            for (MxRecord record : hosts) {
                if (isOwn(record)) {
                    found.subList(before, found.size()).clear();
                    foundOwn = true;
                    isDone = true;
                    return;
                }
            }
            isDone = found.stream().mapToInt(h -> h.addresses().size()).sum() >= ENOUGH_ADDRESSES;
        }

        /** Keeps the host where it can be used. */
        private boolean isOwn(MxRecord record) {
            String host = record.host();
            DnsAnswer<InetAddress> four = settings.choice().asksIpv4() ? dns.ipv4(host, deadline) : none(host);
            DnsAnswer<InetAddress> six = settings.choice().asksIpv6() ? dns.ipv6(host, deadline) : none(host);
            List<InetAddress> all = settings.choice().arrange(four.records(), six.records());
            DnsAnswer<InetAddress> some = four.records().isEmpty() ? six : four;
            if (all.stream().anyMatch(settings.ownAddresses()::contains) || settings.isOwn(some.name())) {
                return true;
            }
            List<InetAddress> usable =
                    all.stream().filter(settings::mayUse).limit(MAX_ADDRESSES).toList();
            if (!usable.isEmpty()) {
                found.add(new MxHost(host, record.preference(), usable, some.name(), isAuthenticated(four, six)));
            } else if (four.isFailed() || six.isFailed()) {
                failed = NoRoutes.dnsFailure(domain, host, four.isFailed() ? four.reason() : six.reason());
            } else if (!all.isEmpty()) {
                refused = NoRoutes.notPublic(domain, host, all.get(0));
            }
            return false;
        }

        /** What may be otherwise tomorrow comes before what will not. */
        MxVerdict nothing() {
            if (failed != null) {
                return failed;
            }
            if (foundOwn) {
                return NoRoutes.loop(domain);
            }
            return refused != null ? refused : NoRoutes.noAddress(domain, implicit, settings.choice());
        }

        private static DnsAnswer<InetAddress> none(String host) {
            return DnsAnswer.none(DnsAnswer.Kind.NODATA, host, false, StubResolver.MIN_TTL);
        }

        /** Each answer that has addresses (RFC 7672 §2.2.2), and both about the same name. */
        private static boolean isAuthenticated(DnsAnswer<InetAddress> four, DnsAnswer<InetAddress> six) {
            boolean both = !four.records().isEmpty() && !six.records().isEmpty();
            return (four.records().isEmpty() || four.authenticated())
                    && (six.records().isEmpty() || six.authenticated())
                    && (!both || four.name().equals(six.name()));
        }
    }
}
