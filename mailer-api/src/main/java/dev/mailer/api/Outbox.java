// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.util.List;
import java.util.function.Consumer;

/** The part of {@link Mailer} that works inside a caller's transaction, see {@link Mailer#in}. As thread-safe as its connection. */
public interface Outbox {
    /** As {@link Mailer#send(Email)}; the mail is accepted when the surrounding transaction commits. */
    SendResult send(Email email);

    /** {@link #send(Email)} of a mail built in place. */
    default SendResult send(Consumer<Email.Builder> email) {
        Email.Builder builder = Email.builder();
        email.accept(builder);
        return send(builder.build());
    }

    /** As {@link Mailer#sendAll}. */
    List<SendResult> sendAll(List<Email> emails);

    /**
     * Says that the surrounding transaction has committed, so that what was accepted through this view leaves at once and not with the
     * next search, at most 250 ms later. Optional: without it nothing is lost, and after a rollback it does nothing.
     */
    default void committed() {}
}
