// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.planted.b;

import dev.mailer.server.planted.a.First;

/** Planted: the other half. */
public final class Second {
    public First other() {
        return new First();
    }
}
