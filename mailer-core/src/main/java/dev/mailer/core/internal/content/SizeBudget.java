// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.content;

import dev.mailer.api.InvalidEmailException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** What one mail may still hold before its size limit. Not thread-safe. */
final class SizeBudget {
    private final long limit;
    private long used;

    SizeBudget(long limit) {
        this.limit = limit;
    }

    void take(String field, long bytes) {
        used += bytes;
        if (used > limit) {
            throw new InvalidEmailException(
                    field, "the mail is larger than " + limit + " bytes (limits.messageSize), attachments included");
        }
    }

    /** In UTF-8 bytes; half a surrogate pair has none and is refused. */
    void take(String field, @Nullable String text) {
        if (text == null) {
            return;
        }
        long bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                bytes += c < 0x800 ? 1 : 2;
                if (Character.isSurrogate(c)) {
                    requirePair(field, text, i++);
                }
            }
        }
        take(field, bytes);
    }

    private static void requirePair(String field, String text, int at) {
        boolean pair = at + 1 < text.length() && Character.isSurrogatePair(text.charAt(at), text.charAt(at + 1));
        if (!pair) {
            throw new InvalidEmailException(
                    field, "holds half a surrogate pair at " + at + "; it is not valid Unicode");
        }
    }

    long left() {
        return limit - used;
    }

    long used() {
        return used;
    }

    /** Counts what is read, and stops with {@link InvalidEmailException} behind the limit. */
    InputStream metered(String field, InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                int b = in.read();
                if (b >= 0) {
                    take(field, 1);
                }
                return b;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int n = in.read(buffer, offset, length);
                if (n > 0) {
                    take(field, n);
                }
                return n;
            }

            @Override
            public long skip(long n) throws IOException {
                throw new IOException("stored content is read, not skipped");
            }

            @Override
            public boolean markSupported() {
                return false;
            }
        };
    }
}
