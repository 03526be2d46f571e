// SPDX-License-Identifier: Apache-2.0
/** Makes transports from expressions: what is built in, what is found, and the composites over them. */
@NullMarked
package dev.mailer.core.internal.transport;

import org.jspecify.annotations.NullMarked;
