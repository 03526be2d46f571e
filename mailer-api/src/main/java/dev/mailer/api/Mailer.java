// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Accepts mail and says what became of it. When {@code send} returns, the mail is committed to stable storage and will be
 * attempted until it has a final state, whatever happens to this process; with the in-memory store it lives as long as the
 * process. Sending itself happens in the background.
 *
 * <p>Every method but {@link #close()} throws {@link MailerUnavailableException} when the store cannot be read or written.
 *
 * <p>Thread-safe. {@link #close()} stops claiming, lets attempts in flight end within the configured budget, and leaves no
 * thread behind.
 */
public interface Mailer extends AutoCloseable {
    /**
     * Accepts one mail.
     *
     * @throws InvalidEmailException a rule is broken that the caller can mend: too large, unknown stream, missing variable
     * @throws IdempotencyConflictException the key was used for another content
     * @throws MailerUnavailableException nothing was accepted, try again later; or, as its message says then, the store did not
     *     answer in time and may have accepted it: repeat with the same idempotency key
     */
    SendResult send(Email email);

    /** {@link #send(Email)} of a mail built in place. */
    default SendResult send(Consumer<Email.Builder> email) {
        Email.Builder builder = Email.builder();
        email.accept(builder);
        return send(builder.build());
    }

    /**
     * Accepts all mails in one commit, or none of them. The results are in the order of the mails; none gives none.
     *
     * @throws InvalidEmailException as {@link #send(Email)}, for the first mail that breaks a rule; likewise the others
     */
    List<SendResult> sendAll(List<Email> emails);

    /**
     * A view whose {@code send} writes on the caller's connection and inside its transaction: the promise begins when the
     * caller commits, and a rollback leaves nothing. Needs a store in the same database. The view never commits, closes or
     * notifies, and takes no second connection on the calling thread. It takes no more mail once a {@code send} was told that
     * the database has rolled back by itself (SQL state class 40).
     */
    Outbox in(Connection connection);

    /** Takes back what is not yet being sent. Unknown ids give null. */
    @Nullable
    CancelResult cancel(MessageId id);

    /** The message and the state of each of its deliveries; null when there is none with this id. */
    @Nullable
    MessageStatus find(MessageId id);

    /** The mail as it was accepted; null when there is none with this id or retention has removed its content. */
    @Nullable
    Email email(MessageId id);

    /** Messages of a tenant, newest first. */
    Page<MessageStatus> list(MessageQuery query);

    /** All that happened to a message, in order; null when there is none with this id. */
    @Nullable
    Trace trace(MessageId id);

    /**
     * Waits until every delivery of the message is final, or until the timeout, and says how it stands then; null when there is
     * none with this id. Zero or less looks once. An interruption ends the wait, too, and leaves the thread interrupted.
     */
    @Nullable
    MessageStatus await(MessageId id, Duration timeout);

    /**
     * Ends the mailer; a second call does nothing. On a thread that is interrupted already it closes as on any other. An interruption
     * meanwhile ends the wait for attempts in flight, which are cut off and settled as what they are. The thread stays interrupted.
     */
    @Override
    void close();
}
