// SPDX-License-Identifier: Apache-2.0
/** Builds the bytes of a mail: header encoding, MIME structure, raw messages, signatures in front. */
@NullMarked
package dev.mailer.core.internal.mime;

import org.jspecify.annotations.NullMarked;
