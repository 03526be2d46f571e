// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import dev.mailer.api.InvalidEmailException;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Large content, in chunks of at most {@value #CHUNK} bytes, deduplicated per tenant. Thread-safe; memory is bounded by a few
 * chunks whatever the size.
 */
@Experimental
public interface ContentStore {
    /** Largest chunk in bytes. */
    int CHUNK = 256 * 1024;

    /**
     * Stores content before the message that refers to it is appended. Content that no message refers to is swept later.
     *
     * @param host the caller's connection inside a joined transaction (then nothing is deduplicated); null otherwise
     * @throws InvalidEmailException the content is larger than {@code limit}; nothing of it remains, and it is not read to its end
     */
    ContentRef put(String tenant, InputStream content, long limit, @Nullable Connection host) throws IOException;

    /** Opens content; the caller closes it. Throws {@link IOException} when the tenant has none such, or it is gone. */
    InputStream open(String tenant, ContentRef ref) throws IOException;

    /** Removes unfinished uploads and content without references that were last used before the instant; returns how many. */
    int sweep(Instant before);
}
