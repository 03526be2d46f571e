// SPDX-License-Identifier: Apache-2.0
/** Reserved for transports over the HTTP APIs of mail providers and their callbacks; empty in this version. */
@NullMarked
package dev.mailer.providers;

import org.jspecify.annotations.NullMarked;
