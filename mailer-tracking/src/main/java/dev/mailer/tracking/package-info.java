// SPDX-License-Identifier: Apache-2.0
/** Reserved for link and pixel tracking and the unsubscribe endpoint; empty in this version. */
@NullMarked
package dev.mailer.tracking;

import org.jspecify.annotations.NullMarked;
