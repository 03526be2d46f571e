// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.content;

import dev.mailer.api.spi.ContentRef;
import java.io.IOException;
import java.io.InputStream;

/** Puts large content into the content store, for one tenant and perhaps on a host's connection. */
@FunctionalInterface
public interface AttachmentStorer {
    /** Reads the stream to its end; it fails by itself beyond {@code limit} bytes. */
    ContentRef store(InputStream content, long limit) throws IOException;
}
