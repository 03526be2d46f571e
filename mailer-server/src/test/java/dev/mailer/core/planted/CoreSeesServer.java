// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.planted;

import dev.mailer.server.planted.a.First;

/** Planted: an edge that goes up. */
public final class CoreSeesServer {
    public First edge() {
        return new First();
    }
}
