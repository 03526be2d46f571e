// SPDX-License-Identifier: Apache-2.0
/** The one hash that the engine names content, keys and addresses by. */
@NullMarked
package dev.mailer.core.internal.digest;

import org.jspecify.annotations.NullMarked;
