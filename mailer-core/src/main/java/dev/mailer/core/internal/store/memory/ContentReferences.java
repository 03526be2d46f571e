// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.spi.ContentRef;
import dev.mailer.api.spi.NewMessage.StoredContent;
import java.util.HashMap;
import java.util.Map;

/** How many messages each content is in. Guarded by the ledger's lock. */
final class ContentReferences {
    private final Map<Owned, Integer> counts = new HashMap<>();

    /** Content of a tenant. */
    record Owned(String tenant, String digest) {}

    boolean has(Owned content) {
        return counts.containsKey(content);
    }

    void add(MessageRow row) {
        count(row, 1);
    }

    void remove(MessageRow row) {
        count(row, -1);
    }

    private void count(MessageRow row, int change) {
        StoredContent content = row.stored().content();
        if (content == null) {
            return;
        }
        for (ContentRef ref : content.refs()) {
            Owned owned = new Owned(row.stored().lane().tenant(), ref.digest());
            int count = counts.getOrDefault(owned, 0) + change;
            if (count == 0) {
                counts.remove(owned);
            } else {
                counts.put(owned, count);
            }
        }
    }
}
