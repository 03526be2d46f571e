// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.spi.StoredMessage;
import dev.mailer.core.internal.content.DecodedEmail;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stored mail as its claims share it: the first of them reads and decodes it for the others. Where that fails, the next tries again.
 * Thread-safe.
 */
final class ClaimedMail {
    private final Supplier<@Nullable StoredMessage> store;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private @Nullable StoredMessage message;

    @GuardedBy("lock")
    private @Nullable DecodedEmail decoded;

    /** Turns what is stored into a mail. */
    @FunctionalInterface
    interface Decoder {
        DecodedEmail decode() throws IOException;
    }

    /** @param store gives what is stored; null where it is not there */
    ClaimedMail(Supplier<@Nullable StoredMessage> store) {
        this.store = store;
    }

    /** It was read with others. */
    void wasRead(StoredMessage read) {
        lock.lock();
        try {
            message = read;
        } finally {
            lock.unlock();
        }
    }

    /** As it is stored; null when it is not in the store. */
    @Nullable
    StoredMessage message() {
        lock.lock();
        try {
            if (message == null) {
                message = store.get();
            }
            return message;
        } finally {
            lock.unlock();
        }
    }

    DecodedEmail decoded(Decoder decoder) throws IOException {
        lock.lock();
        try {
            if (decoded == null) {
                decoded = decoder.decode();
            }
            return decoded;
        } finally {
            lock.unlock();
        }
    }
}
