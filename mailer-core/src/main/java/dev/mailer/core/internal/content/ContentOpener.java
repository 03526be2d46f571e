// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.content;

import dev.mailer.api.spi.ContentRef;
import java.io.IOException;
import java.io.InputStream;

/** Opens stored content again, for one tenant. */
@FunctionalInterface
public interface ContentOpener {
    InputStream open(ContentRef ref) throws IOException;
}
