// SPDX-License-Identifier: Apache-2.0
/** What of a mail's source is a link, and what is put in its place; everything else stays equal to the byte. */
@NullMarked
package dev.mailer.tracking.internal.rewrite;

import org.jspecify.annotations.NullMarked;
