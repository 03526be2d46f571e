// SPDX-License-Identifier: Apache-2.0
/** DKIM (RFC 6376): the signer, the verifier, and the keys of both. */
@NullMarked
package dev.mailer.smtp.dkim;

import org.jspecify.annotations.NullMarked;
