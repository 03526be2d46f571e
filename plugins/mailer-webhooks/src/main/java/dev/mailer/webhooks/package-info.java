// SPDX-License-Identifier: Apache-2.0
/** Webhooks: endpoints, payloads, signatures and the loop that delivers events to them. */
@NullMarked
package dev.mailer.webhooks;

import org.jspecify.annotations.NullMarked;
