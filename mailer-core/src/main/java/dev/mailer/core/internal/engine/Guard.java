// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Scope;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker around one transport: opens when it fails as a whole, at once when it is misconfigured, and then lets a few
 * attempts through from time to time. What concerns one recipient, message or domain never opens it. Thread-safe.
 */
public final class Guard {
    private static final int WINDOW = 20;
    private static final int MINIMUM = 5;
    private static final int TRIALS = 2;
    private static final Duration OPEN = Duration.ofSeconds(10);

    private final String transport;
    private final Lapse lapse;
    private final NanoClock nanos;
    private volatile long openUntil;
    /** Made with the first use of the transport, so that a start does not load it; null is closed. */
    private volatile @Nullable CircuitBreaker made;

    /** By the machine's clock, which nobody sets. */
    public Guard(String transport) {
        this(transport, NanoClock.SYSTEM);
    }

    /** By another clock, which a test moves. */
    public Guard(String transport, InstantSource clock) {
        this(transport, NanoClock.of(clock));
    }

    Guard(String transport, NanoClock nanos) {
        this.transport = transport;
        this.lapse = new Lapse(transport, nanos);
        this.nanos = nanos;
        this.openUntil = nanos.nanos();
    }

    private CircuitBreaker circuit() {
        CircuitBreaker circuit = made;
        return circuit == null ? make() : circuit;
    }

    private synchronized CircuitBreaker make() {
        CircuitBreaker circuit = made;
        if (circuit == null) {
            circuit = CircuitBreaker.of(
                    transport,
                    CircuitBreakerConfig.custom()
                            .slidingWindowSize(WINDOW)
                            .minimumNumberOfCalls(MINIMUM)
                            .failureRateThreshold(60)
                            .permittedNumberOfCallsInHalfOpenState(TRIALS)
                            .maxWaitDurationInHalfOpenState(Duration.ofSeconds(30))
                            .waitDurationInOpenState(OPEN)
                            .clock(new CircuitClock(nanos, nanos.nanos()))
                            .automaticTransitionFromOpenToHalfOpenEnabled(false)
                            .build());
            made = circuit;
        }
        return circuit;
    }

    /** Takes leave to use the transport; each leave that is given is answered by {@link #record} or {@link #giveBack}. */
    public boolean tryAcquire() {
        return circuit().tryAcquirePermission();
    }

    public void giveBack() {
        circuit().releasePermission();
    }

    /** True while asking for leave is pointless. */
    public boolean isOpen() {
        CircuitBreaker circuit = made;
        return circuit != null && circuit.getState() == CircuitBreaker.State.OPEN && nanos.nanos() - openUntil < 0;
    }

    /** True when the last use failed it: open, or trying whether it works again. */
    public boolean isSuspect() {
        CircuitBreaker circuit = made;
        return circuit != null && circuit.getState() != CircuitBreaker.State.CLOSED;
    }

    /** True when the transport has failed more than once, not long ago, and has never worked. */
    boolean isUnproven() {
        return lapse.isUnproven();
    }

    /** True when the outcome says that the transport failed as a whole and has nothing; {@code wholeDestination} as for {@link #record}. */
    public static boolean failedAsWhole(Outcome outcome, boolean wholeDestination) {
        return outcome.kind() == Outcome.Kind.MISCONFIGURED
                || (outcome.kind() == Outcome.Kind.DEFERRED
                        && (outcome.scope() == Scope.TRANSPORT
                                || (outcome.scope() == Scope.DESTINATION && wholeDestination)));
    }

    /** Records one outcome; {@code wholeDestination} says that the destination is the transport itself. */
    public void record(Outcome outcome, boolean wholeDestination) {
        switch (outcome.kind()) {
            case MISCONFIGURED -> {
                circuit().releasePermission();
                open(SettlementRules.MISCONFIGURED_WAIT);
                lapse.failed(outcome.failure(), true);
            }
            case DEFERRED, AMBIGUOUS -> {
                boolean inDoubt = outcome.kind() == Outcome.Kind.AMBIGUOUS && wholeDestination;
                if (inDoubt || failedAsWhole(outcome, wholeDestination)) {
                    circuit().onError(0, TimeUnit.NANOSECONDS, new IllegalStateException("the transport failed"));
                    boolean opened = circuit().getState() == CircuitBreaker.State.OPEN;
                    if (opened) {
                        openUntil = nanos.nanos() + OPEN.toNanos();
                    }
                    if (opened || outcome.kind() == Outcome.Kind.DEFERRED) {
                        // a reply that is lost once tells nothing: connection and login worked
                        lapse.failed(outcome.failure(), opened);
                    }
                } else {
                    worked();
                }
            }
            case ACCEPTED, REJECTED -> worked();
        }
    }

    private void worked() {
        lapse.worked();
        circuit().onSuccess(0, TimeUnit.NANOSECONDS);
    }

    private void open(Duration wait) {
        openUntil = nanos.nanos() + wait.toNanos();
        if (circuit().getState() != CircuitBreaker.State.OPEN) {
            circuit().transitionToOpenStateFor(wait);
        }
    }

    /** A clock of the circuit that counts from its making; only distances matter. */
    private static final class CircuitClock extends Clock {
        private final NanoClock nanos;
        private final long start;

        CircuitClock(NanoClock nanos, long start) {
            this.nanos = nanos;
            this.start = start;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(nanos.nanos() - start);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
