// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.spi.SiteState;
import dev.mailer.api.spi.TlsCount;
import dev.mailer.core.MailerEngine;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How transports to many sites get on with them. Of all tenants together. Thread-safe. */
final class SiteApi {
    private final MailerEngine engine;

    SiteApi(MailerEngine engine) {
        this.engine = engine;
    }

    record Listed<T>(String object, List<T> data) {}

    /** A site; the times are null when it is not suspended or its connections are not lowered. */
    record SiteView(
            String transport,
            String site,
            int connections,
            int resting,
            int most,
            @Nullable Instant suspendedUntil,
            @Nullable Instant loweredUntil,
            String rule,
            String reply) {
        static SiteView of(SiteState s) {
            return new SiteView(
                    s.transport(),
                    s.site(),
                    s.connections(),
                    s.resting(),
                    s.most(),
                    s.suspendedUntil(),
                    s.loweredUntil(),
                    s.rule(),
                    s.reply());
        }
    }

    record TlsView(String day, String domain, String policy, long successes, Map<String, Long> failures) {
        static TlsView of(TlsCount c) {
            return new TlsView(c.day().toString(), c.domain(), c.policy(), c.successes(), new TreeMap<>(c.failures()));
        }
    }

    Listed<SiteView> sites() {
        return new Listed<>("list", engine.sites().stream().map(SiteView::of).toList());
    }

    /** The sites as they are then. */
    Listed<SiteView> release(String name) {
        if (!engine.releaseSite(name)) {
            throw ApiException.notFound(
                    "No site of this name is slowed down on this node; GET /v1/sites has those that are.");
        }
        return sites();
    }

    /** @param day null for all days that are kept */
    Listed<TlsView> tlsCounts(@Nullable String day) {
        LocalDate only = day == null ? null : parse(day);
        return new Listed<>(
                "list",
                engine.tlsCounts().stream()
                        .filter(c -> only == null || c.day().equals(only))
                        .map(TlsView::of)
                        .toList());
    }

    private static LocalDate parse(String day) {
        try {
            return LocalDate.parse(day);
        } catch (DateTimeException e) {
            throw ApiException.parameter("day", "is no day such as 2026-08-05");
        }
    }
}
