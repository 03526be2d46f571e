// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.MessageId;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.Stores;
import dev.mailer.mailbox.Mailbox;
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
    private final StoredMail stored;
    private final DueMail due;
    /** Where counting begins. */
    private volatile StoredMail.Mark mark = StoredMail.Mark.START;
    /** What the mailbox had dropped by then. */
    private volatile long dropped;

    private TestMailer(MailerEngine mailer, MailboxPlugin mailbox, TestClock clock) {
        this.mailer = mailer;
        this.mailbox = mailbox;
        this.clock = clock;
        this.stored = new StoredMail(mailer);
        this.due = new DueMail(mailer, stored, clock);
        this.dropped = mailbox.mailbox().dropped();
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

    /**
     * What arrived since {@link #clear}, oldest first, after everything that is due was tried.
     *
     * @throws AssertionError as {@link #runDue}; or more has arrived than the mailbox holds
     */
    public List<MailboxMessage> received() {
        runDue();
        Mailbox kept = mailbox.mailbox();
        List<MailboxMessage> messages = new ArrayList<>(kept.messages());
        long missing = kept.dropped() - dropped;
        if (missing > 0) {
            throw new AssertionError("the mailbox is full: it holds the last " + messages.size() + " mails, of "
                    + kept.bytes() + " bytes, and dropped " + missing
                    + " before them; clear it between, or give it more room, see MailboxPlugin.builder()");
        }
        Collections.reverse(messages);
        return messages;
    }

    /**
     * Waits for what is due, forgets what arrived and begins to count anew. Nothing else changes: what is stored stays, and so does the
     * clock. Mail that waits still arrives when the clock has come to it, and is then {@link #received}, though not counted.
     *
     * @throws AssertionError as {@link #runDue}
     */
    public void clear() {
        runDue();
        mark = stored.mark(clock.instant());
        mailbox.mailbox().clear();
        dropped = mailbox.mailbox().dropped();
    }

    /**
     * Moves the clock and waits for what is due then: mail that was scheduled, further attempts, and the end of mail that expires.
     *
     * @throws AssertionError as {@link #runDue}
     */
    public void advance(Duration by) {
        clock.advance(by);
        runDue();
    }

    /**
     * Waits until nothing is left, of any tenant, that may be sent or has expired by the clock as it stands.
     *
     * @throws AssertionError that took longer than {@link #PATIENCE}
     */
    public void runDue() {
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

    /**
     * Deliveries of the mail that was accepted since {@link #clear}, of any tenant, that ended or stand in a state, such as
     * {@link DeliveryState#REJECTED}, after everything that is due was tried.
     *
     * @throws AssertionError as {@link #runDue}
     */
    public long count(DeliveryState state) {
        runDue();
        return stored.count(state, mark);
    }

    @Override
    public void close() {
        mailer.close();
    }
}
