// SPDX-License-Identifier: Apache-2.0
/** Tracking of opens and clicks, and unsubscribing. */
@NullMarked
package dev.mailer.tracking;

import org.jspecify.annotations.NullMarked;
