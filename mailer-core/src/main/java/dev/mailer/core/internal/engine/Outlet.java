// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Transport;

/** A configured transport with its circuit. */
public record Outlet(String name, Transport transport, Guard guard) {}
