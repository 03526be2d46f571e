// SPDX-License-Identifier: Apache-2.0
/** What may be said in the log. */
@NullMarked
package dev.mailer.core.internal.log;

import org.jspecify.annotations.NullMarked;
