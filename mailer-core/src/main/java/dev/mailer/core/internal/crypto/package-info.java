// SPDX-License-Identifier: Apache-2.0
/** Encryption at rest: master keys, data keys and keyed hashes. */
@NullMarked
package dev.mailer.core.internal.crypto;

import org.jspecify.annotations.NullMarked;
