// SPDX-License-Identifier: Apache-2.0
/** The ledger in memory: the same contract as the databases, without durability. */
@NullMarked
package dev.mailer.core.internal.store.memory;

import org.jspecify.annotations.NullMarked;
