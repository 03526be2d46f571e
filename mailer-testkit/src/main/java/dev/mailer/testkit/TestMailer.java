// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.MessageId;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.Stores;
import dev.mailer.mailbox.MailboxMessage;
import dev.mailer.mailbox.MailboxPlugin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * A mailer for the tests of an application: the real engine, with a ledger in memory, a mailbox in place of the network and a clock that
 * stands still. What is sent is in the background, as in production; {@link #received} waits for what is due.
 *
 * <pre>{@code
 * try (TestMailer mail = TestMailer.create()) {
 *     new Orders(mail.mailer()).confirm(4711);
 *     assertThat(mail).sentTo("jo@example.org").hasSubject("Your order 4711");
 * }
 * }</pre>
 *
 * <p>The mailbox plays failures by address: {@code jo+bounce@example.org} is rejected, {@code jo+defer@example.org} put off. Thread-safe
 * but for the clock, which one thread at a time should move.
 */
public final class TestMailer implements AutoCloseable {
    /** How long work that is due may take before a test fails. */
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    /** How long one mail is waited for before it is looked at what else is due. */
    private static final Duration STEP = Duration.ofMillis(20);

    private final MailerEngine mailer;
    private final MailboxPlugin mailbox;
    private final TestClock clock;

    private TestMailer(MailerEngine mailer, MailboxPlugin mailbox, TestClock clock) {
        this.mailer = mailer;
        this.mailbox = mailbox;
        this.clock = clock;
    }

    public static TestMailer create() {
        return with(builder -> {});
    }

    /** With options of one's own: templates, streams, plugins, listeners, retries. Store, clock and transport are set already. */
    public static TestMailer with(Consumer<MailerBuilder> options) {
        TestClock clock = TestClock.now();
        MailboxPlugin mailbox = MailboxPlugin.create();
        MailerBuilder builder = Mailers.builder()
                .store(Stores.memory(clock))
                .clock(clock)
                .closeTimeout(Duration.ZERO)
                .install(mailbox)
                .transport(MailboxPlugin.SCHEME + ":");
        options.accept(builder);
        return of(builder.build(), mailbox, clock);
    }

    /** Over a mailer that somebody else has built with this mailbox as its way out, and with this clock. */
    public static TestMailer of(MailerEngine mailer, MailboxPlugin mailbox, TestClock clock) {
        return new TestMailer(mailer, mailbox, clock);
    }

    /** What the application sends with. */
    public MailerEngine mailer() {
        return mailer;
    }

    public TestClock clock() {
        return clock;
    }

    /** What arrived until now, oldest first, after everything that is due was tried. */
    public List<MailboxMessage> received() {
        runDue();
        List<MailboxMessage> messages = new ArrayList<>(mailbox.mailbox().messages());
        Collections.reverse(messages);
        return messages;
    }

    /**
     * Waits for what is due and forgets what arrived. Mail that is scheduled for later, or that failed, stays in the ledger.
     *
     * @throws AssertionError as {@link #runDue}
     */
    public void clear() {
        runDue();
        mailbox.mailbox().clear();
    }

    /**
     * Moves the clock and waits for what is due then: mail that was scheduled, and further attempts.
     *
     * @throws AssertionError as {@link #runDue}
     */
    public void advance(Duration by) {
        clock.advance(by);
        runDue();
    }

    /**
     * Waits until nothing is left that may be sent by the clock as it stands.
     *
     * @throws AssertionError that took longer than {@link #PATIENCE}
     */
    public void runDue() {
        DueMail due = new DueMail(mailer, clock);
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (MessageId next = due.first(); next != null; next = due.first()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("mail that is due at " + clock.instant() + " was not done within "
                        + PATIENCE.toSeconds() + " s: " + due.describe());
            }
            mailer.await(next, STEP);
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted while mail was sent");
            }
        }
    }

    /** Deliveries that ended or stand in a state, such as {@link DeliveryState#REJECTED}, after everything that is due was tried. */
    public long count(DeliveryState state) {
        runDue();
        return new DueMail(mailer, clock).count(state);
    }

    @Override
    public void close() {
        mailer.close();
    }
}
