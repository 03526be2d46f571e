// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.dns;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Which question gets which reaction, and which questions there were. Thread-safe. */
final class DnsScript {
    private record Subject(String name, @Nullable DnsType type) {}

    private final ReentrantLock lock = new ReentrantLock();

    private final Map<String, Deque<DnsReaction>> next = new HashMap<>();

    private final Map<Subject, DnsReaction> always = new HashMap<>();

    private final List<ReceivedQuery> queries = new ArrayList<>();

    void always(String name, @Nullable DnsType type, DnsReaction reaction) {
        lock.lock();
        try {
            always.put(new Subject(lower(name), type), reaction);
        } finally {
            lock.unlock();
        }
    }

    void once(String name, DnsReaction reaction) {
        lock.lock();
        try {
            next.computeIfAbsent(lower(name), n -> new ArrayDeque<>()).add(reaction);
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            next.clear();
            always.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Keeps the question; null means the usual answer. */
    @Nullable
    DnsReaction take(DnsQuestion question, boolean tcp) {
        DnsType type = DnsType.of(question.type());
        lock.lock();
        try {
            queries.add(
                    new ReceivedQuery(question.name(), type, tcp, question.wantsAuthenticated(), question.payload()));
            Deque<DnsReaction> queue = next.get(question.name());
            if (queue != null && !queue.isEmpty()) {
                return queue.poll();
            }
            DnsReaction exact = always.get(new Subject(question.name(), type));
            return exact == null ? always.get(new Subject(question.name(), null)) : exact;
        } finally {
            lock.unlock();
        }
    }

    List<ReceivedQuery> queries() {
        lock.lock();
        try {
            return List.copyOf(queries);
        } finally {
            lock.unlock();
        }
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
