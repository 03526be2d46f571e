// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.ContentRef;
import dev.mailer.api.spi.ContentStore;
import dev.mailer.api.spi.FieldCipher.DataKey;
import dev.mailer.api.spi.FieldCipher.WrappedKey;
import dev.mailer.core.internal.digest.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
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
    private final StoreTime time;

    JdbcContentStore(Database database, Ledger ledger, StoreTime time) {
        this.database = database;
        this.ledger = ledger;
        this.time = time;
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
        Blob blob = writes.run(s -> begin(s, tenant));
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
            discard(writes, blob.id(), e);
            throw e;
        }
        ContentRef ref = new ContentRef(HexFormat.of().formatHex(sha256.digest()), size);
        writes.run(s -> finish(s, tenant, blob.id(), ref, deduplicate));
        return ref;
    }

    @Override
    public InputStream open(String tenant, ContentRef ref) throws IOException {
        List<Bytes> digests = ContentDigests.all(ledger.cipher, tenant, ref);
        Blob blob = Failures.translateNullable(
                "open content",
                () -> database.find(s -> s.query("select b.id, b.key_version, b.wrapped_key from mailer_blob b"
                                + " join mailer_tenant t on t.id = b.tenant_id"
                                + " where t.name = :tenant and b.digest in (:digest, :unkeyed) limit 1")
                        .bind("tenant", tenant)
                        .bind("digest", digests.get(0))
                        .bind("unkeyed", digests.get(digests.size() - 1))
                        .map((r, c) -> new Blob(
                                r.getLong("id"),
                                RowKey.open(
                                        ledger.cipher,
                                        Places.blob(tenant, r.getLong("id")),
                                        r.getInt("key_version"),
                                        r.getBytes("wrapped_key"))))
                        .findOne()
                        .orElse(null)));
        if (blob == null) {
            throw new IOException("content " + ref.digest() + " is not in the store; retention may have removed it");
        }
        return new ChunkStream(database, blob, ref);
    }

    @Override
    public int sweep(Instant before) {
        int swept = Failures.translate(
                "sweep content",
                () -> database.writeRepeatably(s -> {
                    Instant now = time.now(s);
                    int removed = 0;
                    for (Candidate blob : unusedSince(s, before)) {
                        if (blob.isReferred()) {
                            // looked at again when it is as old once more: a sweep costs what is due and no more
                            touch(s, blob.id(), now);
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

    private Blob begin(Statements s, String tenant) throws SQLException {
        long id = ledger.ids.next(s);
        DataKey key = ledger.cipher.isOn() ? ledger.cipher.newKey(Places.blob(tenant, id)) : null;
        WrappedKey wrapped = key == null ? WrappedKey.NONE : key.wrapped();
        s.update("insert into mailer_blob (id, tenant_id, digest, size, touched_at, key_version, wrapped_key)"
                        + " values (:id, :tenant, null, 0, :now, :version, :key)")
                .bind("id", id)
                .bind("tenant", tenantId(s, tenant))
                .bind("now", time.now(s))
                .bind("version", wrapped.version())
                .bind(
                        "key",
                        wrapped.wrapped() == null ? null : wrapped.wrapped().unsafeArray())
                .execute();
        return new Blob(id, key == null ? RowKey.PLAIN : RowKey.of(key));
    }

    private void add(Writes writes, Blob blob, int n, String tenant, byte[] chunk) {
        byte[] stored = blob.key().write(Places.chunk(n), chunk);
        writes.run(s -> s.sql("insert into mailer_chunk (blob_id, n, tenant_id, data) values (?, ?, ?, ?)")
                .with(blob.id())
                .with(n)
                .with(tenantId(s, tenant))
                .withObject(stored)
                .update());
    }

    private long finish(Statements s, String tenant, long blob, ContentRef ref, boolean deduplicate)
            throws SQLException {
        Bytes digest = ContentDigests.of(ledger.cipher, tenant, ref);
        Instant now = time.now(s);
        if (deduplicate) {
            int same = s.update(
                            "update mailer_blob set touched_at = :now where tenant_id = :tenant and digest = :digest")
                    .bind("now", now)
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
                .bind("size", ref.size())
                .bind("now", now)
                .bind("id", blob)
                .execute();
        return blob;
    }

    private static void touch(Statements s, long blob, Instant now) {
        s.update("update mailer_blob set touched_at = :now where id = :id")
                .bind("now", now)
                .bind("id", blob)
                .execute();
    }

    private long tenantId(Statements s, String tenant) throws SQLException {
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

    /** A blob, and how its chunks are encrypted. */
    record Blob(long id, RowKey key) {}
}
