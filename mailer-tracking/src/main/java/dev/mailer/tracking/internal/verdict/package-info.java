// SPDX-License-Identifier: Apache-2.0
/** Who opened or clicked, as far as it can be told: a label beside what happened, never a reason to leave it out. */
@NullMarked
package dev.mailer.tracking.internal.verdict;

import org.jspecify.annotations.NullMarked;
