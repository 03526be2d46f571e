// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.spi.SmtpReply;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Slows down sites that ask for it, for a time; each by itself, so that the others go on. What is slowed down is seen by
 * {@link #snapshot} and ends by itself. Kept by this node only. Thread-safe, never blocks.
 */
public final class Shaping {
    /** Most sites that are slowed down at once; beyond, the one that would be free first is. */
    public static final int MAX_SITES = 10_000;
    /** Longer replies are shown cut. */
    static final int MAX_REPLY = 300;

    private final ShapingRules rules;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<String, SiteShape> slowed = new HashMap<>();

    public Shaping(ShapingRules rules, InstantSource clock) {
        this.rules = rules;
        this.clock = clock;
    }

    /**
     * Takes note of any reply of a site; how the site is slowed down now.
     *
     * @param greeting it was said to the connection itself or to EHLO
     * @param others connections to the site, beside the one that it was said on
     */
    public SiteShape observe(MxSite site, SmtpReply reply, boolean greeting, int others) {
        ShapingRule rule = reply.isPositive() ? null : rules.find(site.group(), reply, greeting);
        boolean isOfNobody = rule != null && rule.action().isAsUsed() && others == 0;
        return apply(site, isOfNobody ? null : rule, shown(reply), others);
    }

    /** True when the rules take it for what a site says that has as many connections as it may have. */
    public boolean isOfCrowd(MxSite site, SmtpReply reply, boolean greeting) {
        ShapingRule rule = rules.find(site.group(), reply, greeting);
        return rule != null && rule.action().isAsUsed();
    }

    /** Takes note of how long a site took to take a mail; how it is slowed down now. */
    public SiteShape observe(MxSite site, Duration took) {
        return apply(site, rules.findSlow(site.group(), took), "taken after " + took.toSeconds() + " s", 1);
    }

    public SiteShape of(String site) {
        Instant now = clock.instant();
        lock.lock();
        try {
            SiteShape shape = slowed.get(site);
            if (shape == null) {
                return SiteShape.free(site);
            }
            SiteShape current = shape.at(now);
            if (current.isFree()) {
                slowed.remove(site);
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    /** All sites that are slowed down now, by name. */
    public List<SiteShape> snapshot() {
        Instant now = clock.instant();
        lock.lock();
        try {
            dropExpired(now);
            return slowed.values().stream()
                    .map(s -> s.at(now))
                    .sorted(Comparator.comparing(SiteShape::site))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** Lets a site go on at once, as an operator may want who knows more; false when it is not slowed down. */
    public boolean release(String site) {
        Instant now = clock.instant();
        lock.lock();
        try {
            SiteShape shape = slowed.remove(site);
            return shape != null && !shape.at(now).isFree();
        } finally {
            lock.unlock();
        }
    }

    private SiteShape apply(MxSite site, @Nullable ShapingRule rule, String reply, int used) {
        if (rule == null || rule.action().isNone()) {
            return of(site.name());
        }
        Instant now = clock.instant();
        lock.lock();
        try {
            SiteShape shape = slowed.getOrDefault(site.name(), SiteShape.free(site.name()))
                    .at(now)
                    .with(rule, reply, used, now);
            slowed.put(site.name(), shape);
            if (slowed.size() > MAX_SITES) {
                dropExpired(now);
            }
            if (slowed.size() > MAX_SITES) {
                slowed.values().stream()
                        .min(Comparator.comparing(SiteShape::end))
                        .ifPresent(s -> slowed.remove(s.site()));
            }
            return shape;
        } finally {
            lock.unlock();
        }
    }

    private static String shown(SmtpReply reply) {
        String codes = reply.code() + (reply.enhancedCode() == null ? " " : " " + reply.enhancedCode() + " ");
        String all = codes + reply.text();
        return all.substring(0, Math.min(all.length(), MAX_REPLY));
    }

    @GuardedBy("lock")
    private void dropExpired(Instant now) {
        slowed.values().removeIf(s -> s.at(now).isFree());
    }
}
