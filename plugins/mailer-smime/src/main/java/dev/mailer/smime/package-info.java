// SPDX-License-Identifier: Apache-2.0
/** Signs and encrypts mail with S/MIME 4.0 (RFC 8551); {@link dev.mailer.smime.SmimePlugin} is where to begin. */
@NullMarked
package dev.mailer.smime;

import org.jspecify.annotations.NullMarked;
