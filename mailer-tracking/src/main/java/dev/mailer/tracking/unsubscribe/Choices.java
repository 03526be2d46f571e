// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import dev.mailer.api.spi.Subscriptions;
import dev.mailer.api.spi.Subscriptions.Change;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.tracking.unsubscribe.PreferenceView.Choice;
import dev.mailer.tracking.unsubscribe.PreferenceView.State;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a recipient gets and wants, read from the ledger and written to it. Thread-safe. */
final class Choices {
    private final ListStreams streams;
    private final Subscriptions subscriptions;
    private final InstantSource clock;
    private final Returns returns = new Returns();

    Choices(ListStreams streams, Subscriptions subscriptions, InstantSource clock) {
        this.streams = streams;
        this.subscriptions = subscriptions;
        this.clock = clock;
    }

    /** How things stand with the stream of the mail. */
    Choice one(UnsubscribeToken token) {
        return choice(token.stream(), entries(token));
    }

    /** How things stand with each stream that is to choose. */
    List<Choice> offered(UnsubscribeToken token) {
        List<Suppression> entries = entries(token);
        return streams.offeredAmong(subscriptions.streams(token.tenant())).stream()
                .map(stream -> choice(stream, entries))
                .toList();
    }

    void unsubscribe(UnsubscribeToken token, Set<String> from, String origin) {
        // without streams it would be about all there are
        if (!from.isEmpty()) {
            var unused = subscriptions.unsubscribe(change(token, from, origin));
        }
    }

    /** @throws Returns.TooManyException nothing is changed */
    void subscribe(UnsubscribeToken token, Set<String> to, String origin) {
        if (!to.isEmpty()) {
            returns.require(token, clock.instant());
            if (subscriptions.subscribe(change(token, to, origin))) {
                returns.add(token, clock.instant());
            }
        }
    }

    /**
     * Makes it so that of the streams shown those wanted are subscribed to. What was not shown stays: it may have come since.
     *
     * @throws Returns.TooManyException what was to end has ended
     */
    void save(UnsubscribeToken token, List<String> shown, List<String> wanted, String origin) {
        Set<String> end = new LinkedHashSet<>();
        Set<String> begin = new LinkedHashSet<>();
        for (Choice choice : offered(token)) {
            String stream = choice.stream();
            if (shown.contains(stream) && wanted.contains(stream) && choice.state() == State.UNSUBSCRIBED) {
                begin.add(stream);
            } else if (shown.contains(stream) && !wanted.contains(stream) && choice.state() == State.SUBSCRIBED) {
                end.add(stream);
            }
        }
        unsubscribe(token, end, origin);
        subscribe(token, begin, origin);
    }

    private List<Suppression> entries(UnsubscribeToken token) {
        return subscriptions.of(token.tenant(), token.address(), clock.instant());
    }

    private Choice choice(String stream, List<Suppression> entries) {
        State state = State.SUBSCRIBED;
        boolean blocked = false;
        for (Suppression entry : entries) {
            String of = entry.stream();
            if (of == null || of.equals(stream)) {
                if (entry.reason() == Reason.UNSUBSCRIBE) {
                    state = State.UNSUBSCRIBED;
                } else {
                    blocked = true;
                }
            }
        }
        return new Choice(stream, streams.title(stream), state, blocked);
    }

    private Change change(UnsubscribeToken token, Set<String> of, String origin) {
        return new Change(token.tenant(), token.address(), of, token.deliveryId(), origin, clock.instant(), Map.of());
    }
}
