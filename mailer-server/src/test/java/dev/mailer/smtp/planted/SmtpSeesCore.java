// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.planted;

import dev.mailer.core.planted.internal.Hidden;

/** Planted: an edge between siblings, and a look into internals. */
public final class SmtpSeesCore {
    public Hidden edge() {
        return new Hidden();
    }
}
