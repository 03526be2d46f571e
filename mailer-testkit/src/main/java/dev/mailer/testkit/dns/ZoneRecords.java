// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.dns;

import dev.mailer.api.spi.Bytes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** What the server knows, and what follows from it for a question. Thread-safe. */
final class ZoneRecords {
    private static final int NXDOMAIN = 3;

    private final ReentrantLock lock = new ReentrantLock();

    private final Map<String, Map<DnsType, List<DnsAnswerWriter.Entry>>> byName = new HashMap<>();

    private final Map<String, String> aliases = new HashMap<>();

    private final Set<String> signed = new HashSet<>();

    void add(String name, DnsType type, long ttl, Bytes value) {
        String owner = plain(name);
        lock.lock();
        try {
            byName.computeIfAbsent(owner, n -> new EnumMap<>(DnsType.class))
                    .computeIfAbsent(type, t -> new ArrayList<>())
                    .add(new DnsAnswerWriter.Entry(owner, type.code(), ttl, value));
        } finally {
            lock.unlock();
        }
    }

    void alias(String name, long ttl, String target) {
        lock.lock();
        try {
            aliases.put(plain(name), plain(target));
        } finally {
            lock.unlock();
        }
        add(name, DnsType.CNAME, ttl, DnsAnswerWriter.name(target));
    }

    void exists(String name) {
        lock.lock();
        try {
            byName.computeIfAbsent(plain(name), n -> new EnumMap<>(DnsType.class));
        } finally {
            lock.unlock();
        }
    }

    void sign(String zone) {
        lock.lock();
        try {
            signed.add(plain(zone));
        } finally {
            lock.unlock();
        }
    }

    void remove(String name) {
        lock.lock();
        try {
            byName.remove(plain(name));
            aliases.remove(plain(name));
        } finally {
            lock.unlock();
        }
    }

    byte[] answer(DnsQuestion question, int limit, long negativeTtl) {
        lock.lock();
        try {
            List<DnsAnswerWriter.Entry> answers = new ArrayList<>();
            Set<String> seen = new HashSet<>();
            DnsType type = DnsType.of(question.type());
            String at = question.name();
            boolean authenticated = true;
            while (true) {
                authenticated &= isSigned(at);
                boolean isFirst = seen.add(at);
                Map<DnsType, List<DnsAnswerWriter.Entry>> here = byName.getOrDefault(at, Map.of());
                String target = aliases.get(at);
                if (!isFirst) {
                    // a loop is shown once round
                    return write(question, 0, authenticated, limit, answers, List.of());
                }
                if (here.containsKey(type) || target == null) {
                    answers.addAll(here.getOrDefault(type, List.of()));
                    boolean none = !here.containsKey(type);
                    int rcode = none && !isKnown(at) ? NXDOMAIN : 0;
                    return write(
                            question, rcode, authenticated, limit, answers, none ? soa(at, negativeTtl) : List.of());
                }
                answers.addAll(here.getOrDefault(DnsType.CNAME, List.of()));
                at = target;
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isKnown(String name) {
        return byName.keySet().stream().anyMatch(n -> n.equals(name) || n.endsWith("." + name));
    }

    private boolean isSigned(String name) {
        return signed.stream().anyMatch(z -> name.equals(z) || name.endsWith("." + z));
    }

    private static byte[] write(
            DnsQuestion question,
            int rcode,
            boolean authenticated,
            int limit,
            List<DnsAnswerWriter.Entry> answers,
            List<DnsAnswerWriter.Entry> authority) {
        boolean shown = authenticated && question.wantsAuthenticated();
        byte[] whole = DnsAnswerWriter.write(question, rcode, shown, false, answers, authority);
        return whole.length <= limit
                ? whole
                : DnsAnswerWriter.write(question, rcode, shown, true, List.of(), List.of());
    }

    private static List<DnsAnswerWriter.Entry> soa(String name, long ttl) {
        String parent = name.substring(name.indexOf('.') + 1);
        return List.of(new DnsAnswerWriter.Entry(parent, DnsType.SOA.code(), ttl, DnsAnswerWriter.soa(ttl)));
    }

    private static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
