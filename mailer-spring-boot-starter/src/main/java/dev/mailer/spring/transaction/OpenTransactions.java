// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import dev.mailer.api.Email;
import dev.mailer.api.Outbox;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The transactions of one thread that mail has joined and that have not ended; those that are suspended are among them. */
final class OpenTransactions {
    private final Object key;
    private final List<JoinedTransaction> open = new ArrayList<>();

    private OpenTransactions(Object key) {
        this.key = key;
    }

    /** Those that are bound to the thread by this key; null when there are none. */
    static @Nullable OpenTransactions find(Object key) {
        return (OpenTransactions) TransactionSynchronizationManager.getResource(key);
    }

    static OpenTransactions of(Object key) {
        OpenTransactions found = find(key);
        if (found == null) {
            found = new OpenTransactions(key);
            TransactionSynchronizationManager.bindResource(key, found);
        }
        return found;
    }

    @Nullable
    JoinedTransaction on(ConnectionHolder holder) {
        return open.stream()
                .filter(joined -> joined.holder() == holder)
                .findFirst()
                .orElse(null);
    }

    void add(JoinedTransaction joined) {
        open.add(joined);
    }

    void remove(JoinedTransaction joined) {
        open.remove(joined);
        if (open.isEmpty()) {
            TransactionSynchronizationManager.unbindResourceIfPossible(key);
        }
    }

    /** The database would let the one mail wait for the commit of the other, which comes only behind it. */
    void requireFree(List<Email> emails, @Nullable Outbox outbox) {
        for (JoinedTransaction other : open) {
            if (other != outbox && emails.stream().anyMatch(other::holds)) {
                throw new IllegalTransactionStateException(
                        "a suspended transaction of this thread has accepted a mail with the same idempotency key and has not"
                                + " committed it: this one would wait for it for ever; send it in that transaction or behind"
                                + " its commit, without REQUIRES_NEW or NOT_SUPPORTED, or give it a key of its own");
            }
        }
    }
}
