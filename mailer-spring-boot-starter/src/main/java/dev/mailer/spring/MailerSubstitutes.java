// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.spi.MailerPlugin;
import java.time.InstantSource;

/**
 * What takes the place of the network and of time in tests: where there is a bean of this type, every mailer that the starter makes sends
 * by its transport and goes by its clock, whatever properties, beans and customizers say.
 */
public interface MailerSubstitutes {
    /** The URI of the one way out. */
    String transport();

    /** Knows the scheme of {@link #transport}; installed in the named mailers, in the default one it is a bean already. */
    MailerPlugin plugin();

    /** The clock of mailers and ledgers. */
    InstantSource clock();
}
