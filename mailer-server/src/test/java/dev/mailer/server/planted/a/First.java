// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.planted.a;

import dev.mailer.server.planted.b.Second;

/** Planted: half of a cycle. */
public final class First {
    public Second other() {
        return new Second();
    }
}
