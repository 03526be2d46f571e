// SPDX-License-Identifier: Apache-2.0
/** Reserved for limits shared between nodes through Redis; empty in this version. */
@NullMarked
package dev.mailer.redis;

import org.jspecify.annotations.NullMarked;
