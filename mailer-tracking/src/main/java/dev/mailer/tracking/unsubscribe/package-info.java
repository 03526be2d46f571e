// SPDX-License-Identifier: Apache-2.0
/** Unsubscribing: the header fields of lists, links in mail, and the pages where recipients choose what they get. */
@NullMarked
package dev.mailer.tracking.unsubscribe;

import org.jspecify.annotations.NullMarked;
