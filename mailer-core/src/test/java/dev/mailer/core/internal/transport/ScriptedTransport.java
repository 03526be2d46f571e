// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportCapabilities;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Does what it is told and remembers what it was given. */
final class ScriptedTransport implements Transport {
    /** What a call does. */
    @FunctionalInterface
    interface Script {
        void send(Submission submission, OutcomeSink outcomes);
    }

    private final String name;
    private final List<Submission> given = new ArrayList<>();
    private final List<Integer> batches = new ArrayList<>();
    private TransportCapabilities capabilities = TransportCapabilities.DEFAULT;
    private UnaryOperator<String> destinations;
    private Script script = accepting();
    private @Nullable RuntimeException onClose;
    private String slowed = "";
    private boolean closed;

    ScriptedTransport(String name) {
        this.name = name;
        this.destinations = domain -> name;
    }

    /** Asks for leave and accepts, as every good transport does. */
    static Script accepting() {
        return completing(Outcome.accepted("250 ok", null));
    }

    /** Asks for leave and then has this outcome. */
    static Script completing(Outcome outcome) {
        return (s, sink) -> {
            if (sink.mayComplete(s)) {
                sink.reportAll(s, outcome);
            }
        };
    }

    /** Has this outcome before it asked for leave. */
    static Script ending(Outcome outcome) {
        return (s, sink) -> sink.reportAll(s, outcome);
    }

    ScriptedTransport does(Script next) {
        script = next;
        return this;
    }

    ScriptedTransport can(TransportCapabilities what) {
        capabilities = what;
        return this;
    }

    ScriptedTransport goesTo(UnaryOperator<String> destinationOfDomain) {
        destinations = destinationOfDomain;
        return this;
    }

    ScriptedTransport slows(String site) {
        slowed = site;
        return this;
    }

    ScriptedTransport failsToClose(RuntimeException e) {
        onClose = e;
        return this;
    }

    /** The deliveries of each submission it was given. */
    synchronized List<List<Long>> given() {
        return given.stream()
                .map(s -> s.recipients().stream().map(Recipient::deliveryId).toList())
                .toList();
    }

    synchronized List<Submission> submissions() {
        return List.copyOf(given);
    }

    /** How many submissions each call had. */
    synchronized List<Integer> batches() {
        return List.copyOf(batches);
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public TransportCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public Destination destinationOf(String domain) {
        return new Destination(destinations.apply(domain));
    }

    @Override
    public void send(List<Submission> submissions, OutcomeSink outcomes) {
        synchronized (this) {
            given.addAll(submissions);
            batches.add(submissions.size());
        }
        submissions.forEach(s -> script.send(s, outcomes));
    }

    @Override
    public boolean releaseSite(String site) {
        boolean known = site.equals(slowed);
        slowed = known ? "" : slowed;
        return known;
    }

    @Override
    public void close() {
        closed = true;
        if (onClose != null) {
            throw onClose;
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
