// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mailer.core.internal.log.Causes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a mailer, in the order that loses nothing: what is due, no more claims, what is under way, the transports, the threads, the
 * registration, the writer, and at last what others gave. Each step follows whatever becomes of the one before; an interruption ends
 * the step that waits, and the thread is interrupted again in the end. Used once.
 */
final class Closing {
    /** How long mail that is due is still begun where the ledger keeps what is left: enough for what a short program has sent. */
    private static final Duration LAST_MAIL = Duration.ofSeconds(5);
    /** How long threads may take to end after their transports were closed, and the node to sign off. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(6);
    /** How much of that the sending slots may take. */
    private static final Duration SLOTS = Duration.ofSeconds(4);
    /** What all of them get where the store hangs or takes nothing, which most of them wait for. */
    private static final Duration HANGING = Duration.ofSeconds(1);
    /** A store hangs that has kept the writer waiting for longer. */
    private static final Duration SLOW = Duration.ofSeconds(2);
    /** What a step gets at least; one that hangs in the store ends when that is closed. */
    private static final Duration LEAST = Duration.ofMillis(200);
    /** What the writer gets at least. */
    private static final Duration LAST_COMMIT = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Closing.class);

    private final MailerParts parts;
    private boolean interrupted;

    Closing(MailerParts parts) {
        this.parts = parts;
    }

    void run() {
        long deadline = System.nanoTime() + parts.closeTimeout().toNanos();
        interrupted = Thread.interrupted();
        boolean lost = parts.store().name().equals("memory");
        long lastMail = lost ? deadline : Math.min(deadline, System.nanoTime() + LAST_MAIL.toNanos());
        boolean patient = step(() -> {
            if (!parts.dispatcher().finishReady(lastMail, lost)) {
                sayWhatIsLeft(lost);
            }
        });
        step(this::giveBackUnstarted);
        if (patient) {
            step(() -> parts.dispatcher().awaitIdle(deadline));
        }
        step(() -> parts.dispatcher().stop());
        // what still hangs in a conversation is cut off here, and settled as what it is
        step(() -> closeEach(
                parts.routes().outlets().stream().map(Outlet::transport).toList()));
        boolean hangs =
                parts.writer().waiting().compareTo(SLOW) > 0 || parts.meters().trouble() != null;
        long end = System.nanoTime() + (hangs ? HANGING : LAST_WORDS).toNanos();
        step(() -> parts.dispatcher().awaitEnd(hangs ? HANGING : SLOTS));
        step(() -> parts.tender().stop(left(end)));
        step(() -> parts.feed().stop(left(end)));
        step(() -> parts.registration().signOff(left(end)));
        parts.writer().close(Duration.ofNanos(Math.max(LAST_COMMIT.toNanos(), deadline - System.nanoTime())));
        closeEach(whatOthersGave());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void sayWhatIsLeft(boolean lost) {
        if (lost) {
            log.warn("mail that could not be sent is lost with the ledger in memory");
        } else {
            log.info("mail that is due stays in the ledger; it goes on with the next start, or in another process");
        }
    }

    private static Duration left(long end) {
        return Duration.ofNanos(Math.max(LEAST.toNanos(), end - System.nanoTime()));
    }

    private void giveBackUnstarted() {
        Instant now = parts.clock().instant();
        for (RoutedClaim r : parts.dispatcher().stopClaiming()) {
            parts.writer().settle(parts.rules().release(r.claim(), r.node(), now), () -> {});
        }
    }

    /** Plugins in reverse, then the store. */
    private List<AutoCloseable> whatOthersGave() {
        List<AutoCloseable> all = new ArrayList<>();
        for (int i = parts.plugins().size() - 1; i >= 0; i--) {
            all.add(parts.plugins().get(i));
        }
        all.add(parts.store());
        return all;
    }

    /** False when an interruption has ended it. */
    @CanIgnoreReturnValue
    private boolean step(Step step) {
        try {
            step.run();
        } catch (InterruptedException e) {
            interrupted = true;
            return false;
        } catch (Throwable e) {
            // a class that cannot be loaded any more, for one: the ledger must be left in order all the same
            log.warn(
                    "the mailer did not close cleanly; what it held is taken over when its lease ends: {}",
                    Causes.of(e, log));
        }
        return true;
    }

    private void closeEach(List<? extends AutoCloseable> all) {
        for (AutoCloseable c : all) {
            try {
                c.close();
            } catch (Throwable e) {
                interrupted |= e instanceof InterruptedException;
                log.warn("{} failed to close: {}", c, Causes.of(e, log));
            }
        }
    }

    /** A step of closing. */
    @FunctionalInterface
    private interface Step {
        void run() throws InterruptedException;
    }
}
