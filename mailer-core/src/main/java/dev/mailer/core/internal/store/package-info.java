// SPDX-License-Identifier: Apache-2.0
/** The ledger: an in-memory store, and one on JDBC with what differs between databases in one dialect each. */
@NullMarked
package dev.mailer.core.internal.store;

import org.jspecify.annotations.NullMarked;
