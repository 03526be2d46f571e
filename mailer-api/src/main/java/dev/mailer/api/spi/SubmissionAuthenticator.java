// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Address;
import dev.mailer.api.Experimental;
import dev.mailer.api.Secret;
import org.jspecify.annotations.Nullable;

/** Who may submit mail over SMTP, and as whom. Thread-safe; an unknown user must cost as long as a wrong password. */
@Experimental
public interface SubmissionAuthenticator {
    /** A client that proved who it is. */
    interface Principal {
        String tenant();

        String stream();

        /** True when this client may use the address as envelope sender and in From. */
        boolean maySendAs(Address sender);
    }

    /** The principal for these credentials; null when they are wrong. */
    @Nullable
    Principal authenticate(String user, Secret password, String remoteAddress);
}
