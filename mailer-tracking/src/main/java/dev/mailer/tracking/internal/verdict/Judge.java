// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.internal.verdict;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies the rules, in this order: the trap, what was asked for, the program's name for itself, scanners soon after the mail was
 * sent, many links at once. Thread-safe; remembers a bounded part of what came lately.
 */
public final class Judge {
    /** Nobody follows so many different links of one mail … */
    static final int BURST_LINKS = 3;
    /** … within this time. */
    static final Duration BURST = Duration.ofSeconds(5);

    /** How long before and after a hit the others are that its verdict may depend on. */
    public static final Duration REACH = RecentHits.KEPT;

    /** Reasons that depend on what else came from the same mail. */
    public static final Set<String> BY_COMPANY = Set.of("trap", "burst");

    /** Reasons that depend on the address. */
    public static final Set<String> BY_ADDRESS = Set.of("scanner-network", "apple-privacy");

    private static final String SCANNER = "scanner-network";

    /** Apple's own network, from which its privacy proxy fetches. */
    private static final Networks APPLE = Networks.of("apple", List.of("17.0.0.0/8"));

    private final Networks scanners;
    private final Duration soon;
    private final UserAgents userAgents = new UserAgents();
    private final RecentHits recent = new RecentHits();

    /**
     * A finding.
     *
     * @param verdict null when the hit is one too many of its delivery
     * @param later earlier hits that this one throws another light on
     */
    public record Finding(@Nullable Verdict verdict, List<Later> later) {
        public Finding {
            later = List.copyOf(later);
        }
    }

    /**
     * A later verdict about a hit.
     *
     * @param hit its id
     */
    public record Later(String hit, long deliveryId, Verdict verdict) {}

    /**
     * Makes a judge.
     *
     * @param scanners networks whose clicks within {@code soon} after the mail was sent are those of scanners
     */
    public Judge(Networks scanners, Duration soon) {
        this.scanners = scanners;
        this.soon = soon;
    }

    /** Judges a hit; hits of one delivery in the order in which they came. */
    public Finding judge(Hit hit) {
        Verdict byItself = byItself(hit);
        synchronized (recent) {
            if (!recent.hasRoom(hit)) {
                return new Finding(null, List.of());
            }
            Finding finding = among(hit, byItself);
            recent.add(hit, finding.verdict() == null ? byItself : finding.verdict());
            return finding;
        }
    }

    /** True when the address is not there, or so little of it that it may be of a network or beside it. */
    public boolean lacksAddress(Hit hit) {
        return hit.address() == null || scanners.divide(hit.address());
    }

    /** True where a person's click would be a scanner's if its mail was sent later than the hit says. */
    public boolean dependsOnSending(Hit hit, Verdict verdict) {
        return verdict.kind() == Verdict.Kind.HUMAN && isOfScanners(hit);
    }

    /** The verdict about such a click by when its mail was sent; null where that changes nothing. */
    public @Nullable Later bySending(Hit hit, Instant sentAt) {
        return isSoon(hit, sentAt) ? new Later(hit.id(), hit.deliveryId(), bot(SCANNER)) : null;
    }

    private boolean isOfScanners(Hit hit) {
        return hit.kind() == Hit.Kind.CLICK && scanners.contains(hit.address());
    }

    private boolean isSoon(Hit hit, Instant sentAt) {
        return hit.at().isBefore(sentAt.plus(soon));
    }

    private Verdict byItself(Hit hit) {
        if (hit.kind() == Hit.Kind.TRAP) {
            return bot("trap");
        }
        if (hit.head()) {
            return bot("head");
        }
        String purpose = hit.purpose() == null ? "" : hit.purpose().toLowerCase(Locale.ROOT);
        if (purpose.contains("prefetch") || purpose.contains("preview") || purpose.contains("prerender")) {
            return new Verdict(Verdict.Kind.PREFETCH, "purpose");
        }
        String userAgent = hit.userAgent() == null ? "" : hit.userAgent();
        if (isApple(userAgent) && APPLE.contains(hit.address())) {
            return new Verdict(Verdict.Kind.PROXY, "apple-privacy");
        }
        Verdict byName = userAgents.of(userAgent);
        boolean scanned = isOfScanners(hit) && isSoon(hit, hit.sentAt());
        return byName.kind() == Verdict.Kind.HUMAN && scanned ? bot(SCANNER) : byName;
    }

    private Finding among(Hit hit, Verdict byItself) {
        if (hit.kind() == Hit.Kind.TRAP) {
            recent.trap(hit);
            return new Finding(byItself, again(hit, recent.clicks(hit, RecentHits.KEPT), bot("trap")));
        }
        if (hit.kind() != Hit.Kind.CLICK || byItself.kind() == Verdict.Kind.BOT) {
            return new Finding(byItself, List.of());
        }
        if (recent.isTrapped(hit)) {
            return new Finding(bot("trap"), List.of());
        }
        if (recent.links(hit, BURST) >= BURST_LINKS) {
            return new Finding(bot("burst"), again(hit, recent.clicks(hit, BURST), bot("burst")));
        }
        return new Finding(byItself, List.of());
    }

    private List<Later> again(Hit hit, List<RecentHits.Judged> clicks, Verdict verdict) {
        List<Later> later = new ArrayList<>();
        for (RecentHits.Judged click : clicks) {
            if (click.verdict().kind() != Verdict.Kind.BOT) {
                recent.judgeAgain(hit, click, verdict);
                later.add(new Later(click.id(), hit.deliveryId(), verdict));
            }
        }
        return later;
    }

    /** WebKit on a Mac that names no browser is Apple Mail, or its proxy. */
    private static boolean isApple(String userAgent) {
        return userAgent.startsWith("Mozilla/5.0 (Macintosh")
                && userAgent.contains("AppleWebKit")
                && !userAgent.contains("Version/")
                && !userAgent.contains("Chrome/");
    }

    private static Verdict bot(String reason) {
        return new Verdict(Verdict.Kind.BOT, reason);
    }
}
