// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.spi.MessageSigner;
import java.io.IOException;

/** A message as it goes out: any number of times, always the same bytes. Thread-safe. */
interface Wire extends MessageSigner.Message {
    /** The number of bytes that {@link #writeTo} writes; may open what it is made of. */
    long size() throws IOException;
}
