// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.Subscriptions;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps decisions in memory, and what was asked of it. */
final class FakeSubscriptions implements Subscriptions {
    final List<Change> changes = new ArrayList<>();
    final List<Suppression> entries = new ArrayList<>();
    List<String> streams = List.of("broadcast", "news", "transactional");
    boolean away;

    @Override
    public boolean unsubscribe(Change change) {
        requireThere();
        if (!streams.containsAll(change.streams())) {
            throw new InvalidEmailException("stream", "is unknown");
        }
        changes.add(change);
        boolean stored = false;
        for (String stream : change.streams()) {
            if (entries.stream().noneMatch(e -> isFor(e, change.tenant(), change.address(), stream))) {
                entries.add(entry(change, stream, Reason.UNSUBSCRIBE));
                stored = true;
            }
        }
        return stored;
    }

    @Override
    public boolean subscribe(Change change) {
        requireThere();
        changes.add(change);
        boolean ended = false;
        for (Suppression entry : List.copyOf(entries)) {
            if (entry.reason() != Reason.UNSUBSCRIBE) {
                continue;
            }
            if (entry.stream() == null) {
                Set<String> others = new LinkedHashSet<>(streams);
                others.removeAll(change.streams());
                others.forEach(stream -> entries.add(entry(change, stream, Reason.UNSUBSCRIBE)));
                ended |= entries.remove(entry);
            } else if (change.streams().contains(entry.stream())) {
                ended |= entries.remove(entry);
            }
        }
        return ended;
    }

    @Override
    public List<Suppression> of(String tenant, String address, Instant now) {
        requireThere();
        return entries.stream()
                .filter(e -> e.tenant().equals(tenant) && e.address().equals(address))
                .toList();
    }

    @Override
    public List<String> streams(String tenant) {
        requireThere();
        return streams;
    }

    void block(String address, @Nullable String stream, Reason reason) {
        entries.add(new Suppression("default", stream, address, reason, "test", Instant.EPOCH, null));
    }

    private void requireThere() {
        if (away) {
            throw new MailerUnavailableException("the ledger is away", Duration.ofSeconds(1), null);
        }
    }

    private static boolean isFor(Suppression entry, String tenant, String address, String stream) {
        return entry.tenant().equals(tenant)
                && entry.address().equals(address)
                && entry.reason() == Reason.UNSUBSCRIBE
                && (entry.stream() == null || entry.stream().equals(stream));
    }

    private static Suppression entry(Change change, String stream, Reason reason) {
        return new Suppression(change.tenant(), stream, change.address(), reason, change.origin(), change.at(), null);
    }
}
