// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.ContentRef;
import dev.mailer.api.spi.ContentStore;
import dev.mailer.core.internal.digest.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.sql.Connection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Large content in chunks. An upload is a blob without a digest until its last chunk is written; then it gets one, or goes when
 * the tenant has the same content already.
 */
final class JdbcContentStore implements ContentStore {
    static final String UNUSED = "select b.id, b.digest is not null and exists (select 1 from mailer_content_ref r"
            + " where r.tenant_id = b.tenant_id and r.digest = b.digest) as referred from mailer_blob b"
            + " where b.touched_at < :before order by b.touched_at limit 1000";

    private final Database database;
    private final Ledger ledger;
    private final InstantSource clock;

    JdbcContentStore(Database database, Ledger ledger, InstantSource clock) {
        this.database = database;
        this.ledger = ledger;
        this.clock = clock;
    }

    @Override
    public ContentRef put(String tenant, InputStream content, long limit, @Nullable Connection host)
            throws IOException {
        if (host == null) {
            return put(tenant, content, limit, new OwnWrites(), true);
        }
        Statements statements = new Statements(host);
        try {
            return put(tenant, content, limit, new HostWrites(statements), false);
        } finally {
            Failures.translate("put content", () -> {
                statements.close();
                return true;
            });
        }
    }

    private ContentRef put(String tenant, InputStream content, long limit, Writes writes, boolean deduplicate)
            throws IOException {
        MessageDigest sha256 = Sha256.begin();
        byte[] chunk = content.readNBytes(CHUNK);
        long size = 0;
        long blob = writes.run(s -> begin(s, tenant));
        try {
            for (int n = 0; n == 0 || chunk.length > 0; n++) {
                size += chunk.length;
                if (size > limit) {
                    throw new InvalidEmailException("content", "is larger than the limit of " + limit + " bytes");
                }
                sha256.update(chunk);
                add(writes, blob, n, tenant, chunk);
                chunk = chunk.length < CHUNK ? new byte[0] : content.readNBytes(CHUNK);
            }
        } catch (IOException | RuntimeException e) {
            discard(writes, blob, e);
            throw e;
        }
        byte[] digest = sha256.digest();
        long length = size;
        writes.run(s -> finish(s, tenant, blob, digest, length, deduplicate));
        return new ContentRef(HexFormat.of().formatHex(digest), size);
    }

    @Override
    public InputStream open(String tenant, ContentRef ref) throws IOException {
        Long blob = Failures.translateNullable(
                "open content",
                () -> database.find(
                        s -> s.query("select b.id from mailer_blob b join mailer_tenant t on t.id = b.tenant_id"
                                        + " where t.name = :tenant and b.digest = :digest limit 1")
                                .bind("tenant", tenant)
                                .bind("digest", HexFormat.of().parseHex(ref.digest()))
                                .mapTo(Long.class)
                                .findOne()
                                .orElse(null)));
        if (blob == null) {
            throw new IOException("content " + ref.digest() + " is not in the store; retention may have removed it");
        }
        return new ChunkStream(blob, ref);
    }

    @Override
    public int sweep(Instant before) {
        int swept = Failures.translate(
                "sweep content",
                () -> database.writeRepeatably(s -> {
                    int removed = 0;
                    for (Candidate blob : unusedSince(s, before)) {
                        if (blob.isReferred()) {
                            // looked at again when it is as old once more: a sweep costs what is due and no more
                            touch(s, blob.id());
                        } else {
                            remove(s, blob.id());
                            removed++;
                        }
                    }
                    return removed;
                }));
        Failures.translate("shrink", () -> {
            database.shrink();
            return swept;
        });
        return swept;
    }

    private List<Candidate> unusedSince(Statements s, Instant before) {
        return s.query(UNUSED + ledger.dialect.skipLocked())
                .bind("before", before)
                .map((r, c) -> new Candidate(r.getLong("id"), r.getBoolean("referred")))
                .list();
    }

    /** A blob that was not used for a while. */
    private record Candidate(long id, boolean isReferred) {}

    private long begin(Statements s, String tenant) {
        long blob = ledger.ids.next(s);
        s.update(
                        "insert into mailer_blob (id, tenant_id, digest, size, touched_at) values (:id, :tenant, null, 0, :now)")
                .bind("id", blob)
                .bind("tenant", tenantId(s, tenant))
                .bind("now", clock.instant())
                .execute();
        return blob;
    }

    private void add(Writes writes, long blob, int n, String tenant, byte[] chunk) {
        writes.run(s -> s.sql("insert into mailer_chunk (blob_id, n, tenant_id, data) values (?, ?, ?, ?)")
                .with(blob)
                .with(n)
                .with(tenantId(s, tenant))
                .withObject(chunk)
                .update());
    }

    private long finish(Statements s, String tenant, long blob, byte[] digest, long size, boolean deduplicate) {
        if (deduplicate) {
            int same = s.update(
                            "update mailer_blob set touched_at = :now where tenant_id = :tenant and digest = :digest")
                    .bind("now", clock.instant())
                    .bind("tenant", tenantId(s, tenant))
                    .bind("digest", digest)
                    .execute();
            if (same > 0) {
                remove(s, blob);
                return blob;
            }
        }
        s.update("update mailer_blob set digest = :digest, size = :size, touched_at = :now where id = :id")
                .bind("digest", digest)
                .bind("size", size)
                .bind("now", clock.instant())
                .bind("id", blob)
                .execute();
        return blob;
    }

    private void touch(Statements s, long blob) {
        s.update("update mailer_blob set touched_at = :now where id = :id")
                .bind("now", clock.instant())
                .bind("id", blob)
                .execute();
    }

    private long tenantId(Statements s, String tenant) {
        return ledger.lanes.requireTenantId(s, tenant);
    }

    private static int remove(Statements s, long blob) {
        s.update("delete from mailer_chunk where blob_id = :id")
                .bind("id", blob)
                .execute();
        return s.update("delete from mailer_blob where id = :id")
                .bind("id", blob)
                .execute();
    }

    private static void discard(Writes writes, long blob, Exception cause) {
        try {
            writes.run(s -> remove(s, blob));
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    /** Where an upload is written. */
    private interface Writes {
        <R> R run(Database.Write<R> work);
    }

    /** Each step in a transaction of its own, so that a large upload never holds the writer for long. */
    private final class OwnWrites implements Writes {
        @Override
        public <R> R run(Database.Write<R> work) {
            return Failures.translate("store content", () -> database.writeRepeatably(work));
        }
    }

    /** All steps in the caller's transaction. */
    private record HostWrites(Statements statements) implements Writes {
        @Override
        public <R> R run(Database.Write<R> work) {
            return Failures.translate("store content", () -> work.run(statements));
        }
    }

    /** Reads a blob one chunk at a time, each in a short read of its own. */
    private final class ChunkStream extends InputStream {
        private final long blob;
        private final ContentRef ref;
        private int n;
        private long read;
        private byte[] chunk = new byte[0];
        private int at;

        ChunkStream(long blob, ContentRef ref) {
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
                                .with(blob)
                                .with(n)
                                .first(r -> r.getBytes(1))));
                if (next == null && read < ref.size()) {
                    throw new IOException("content " + ref.digest() + " ends after " + read + " of " + ref.size()
                            + " bytes; it was removed while it was read");
                }
                if (next == null) {
                    return false;
                }
                chunk = Arrays.copyOf(next, next.length);
                read += chunk.length;
                at = 0;
                n++;
            }
            return true;
        }
    }
}
