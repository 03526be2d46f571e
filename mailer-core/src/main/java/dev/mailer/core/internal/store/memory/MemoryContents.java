// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.ContentRef;
import dev.mailer.api.spi.ContentStore;
import dev.mailer.core.internal.digest.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.security.MessageDigest;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Large content. An upload is read without the lock and counted against the store's capacity chunk by chunk; it is visible
 * when it is complete.
 */
final class MemoryContents implements ContentStore {
    private final MemoryLedger ledger;
    private final Map<ContentReferences.Owned, Stored> stored = new HashMap<>();

    /** Complete content and when it was last put. */
    private record Stored(List<byte[]> chunks, long size, Instant touchedAt) {}

    MemoryContents(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    @Override
    public ContentRef put(String tenant, InputStream content, long limit, @Nullable Connection host)
            throws IOException {
        if (host != null) {
            throw MemoryOutboxStore.noJoining();
        }
        List<byte[]> chunks = new ArrayList<>();
        MessageDigest digest = Sha256.begin();
        long size = 0;
        boolean kept = false;
        try {
            for (byte[] chunk = content.readNBytes(CHUNK); chunk.length > 0; chunk = content.readNBytes(CHUNK)) {
                if (size + chunk.length > limit) {
                    throw new InvalidEmailException("content", "is larger than " + limit + " bytes");
                }
                byte[] next = chunk;
                ledger.run(() -> ledger.take(next.length));
                size += chunk.length;
                chunks.add(chunk);
                digest.update(chunk);
            }
            ContentRef ref = new ContentRef(HexFormat.of().formatHex(digest.digest()), size);
            kept = keep(
                    new ContentReferences.Owned(tenant, ref.digest()),
                    new Stored(chunks, size, ledger.clock.instant()));
            return ref;
        } finally {
            if (!kept) {
                long unused = size;
                ledger.run(() -> ledger.free(unused));
            }
        }
    }

    @Override
    public InputStream open(String tenant, ContentRef ref) throws IOException {
        Stored found = ledger.locked(() -> stored.get(new ContentReferences.Owned(tenant, ref.digest())));
        if (found == null) {
            throw new IOException("content " + ref.digest() + " is gone");
        }
        return new SequenceInputStream(Collections.enumeration(
                found.chunks.stream().map(ByteArrayInputStream::new).toList()));
    }

    @Override
    public int sweep(Instant before) {
        return ledger.locked(() -> {
            List<ContentReferences.Owned> unused = stored.entrySet().stream()
                    .filter(e -> e.getValue().touchedAt.isBefore(before) && !ledger.references.has(e.getKey()))
                    .map(Map.Entry::getKey)
                    .toList();
            for (ContentReferences.Owned key : unused) {
                Stored removed = stored.remove(key);
                ledger.free(removed == null ? 0 : removed.size);
            }
            return unused.size();
        });
    }

    /** Returns whether the chunks were kept; the same content may have been there. */
    private boolean keep(ContentReferences.Owned key, Stored content) {
        return ledger.locked(() -> {
            Stored known = stored.get(key);
            stored.put(key, known == null ? content : new Stored(known.chunks, known.size, content.touchedAt));
            return known == null;
        });
    }
}
