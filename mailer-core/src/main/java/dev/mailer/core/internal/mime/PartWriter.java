// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import java.io.IOException;
import java.io.OutputStream;

/** Writes a tree of parts as a message. Thread-safe; neither closes nor flushes the stream. */
interface PartWriter {
    void write(Part root, OutputStream out) throws IOException;
}
