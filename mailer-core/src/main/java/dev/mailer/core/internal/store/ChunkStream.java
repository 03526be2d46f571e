// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.UnreadableException;
import dev.mailer.api.spi.ContentRef;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Reads a blob one chunk at a time, each in a short read of its own. */
final class ChunkStream extends InputStream {
    private final Database database;
    private final JdbcContentStore.Blob blob;
    private final ContentRef ref;
    private int n;
    private long read;
    private byte[] chunk = new byte[0];
    private int at;

    ChunkStream(Database database, JdbcContentStore.Blob blob, ContentRef ref) {
        this.database = database;
        this.blob = blob;
        this.ref = ref;
    }

    @Override
    public int read() throws IOException {
        return fill() ? chunk[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, chunk.length - at);
        System.arraycopy(chunk, at, into, offset, count);
        at += count;
        return count;
    }

    /** Content that ends before its time was removed under the reader: half an attachment is not one. */
    private boolean fill() throws IOException {
        while (at == chunk.length) {
            byte[] next = Failures.translateNullable(
                    "read content",
                    () -> database.find(s -> s.sql("select data from mailer_chunk where blob_id = ? and n = ?")
                            .with(blob.id())
                            .with(n)
                            .first(r -> r.getBytes(1))));
            if (next == null && read < ref.size()) {
                throw new IOException("content " + ref.digest() + " ends after " + read + " of " + ref.size()
                        + " bytes; it was removed while it was read");
            }
            if (next == null) {
                return false;
            }
            chunk = decrypted(next);
            read += chunk.length;
            at = 0;
            n++;
        }
        return true;
    }

    private byte[] decrypted(byte[] stored) throws IOException {
        try {
            return Objects.requireNonNull(blob.key().read(Places.chunk(n), stored));
        } catch (UnreadableException e) {
            throw new IOException("content " + ref.digest() + " cannot be read: " + e.getMessage(), e);
        }
    }
}
