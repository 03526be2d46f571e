// SPDX-License-Identifier: Apache-2.0
/** The engine at work: one object per loop (write, dispatch, tend, feed) and one per policy (retry, fair share, settlement). */
@NullMarked
package dev.mailer.core.internal.engine;

import org.jspecify.annotations.NullMarked;
