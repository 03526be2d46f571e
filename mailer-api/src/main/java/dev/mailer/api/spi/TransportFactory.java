// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.MailerConfigException;
import java.util.Set;

/**
 * Makes transports from URIs. Registered in {@code module-info provides} and in {@code META-INF/services}, looked up once
 * while the mailer is built; does nothing until a URI names one of its schemes. Two factories for one scheme are an error
 * that names both.
 */
public interface TransportFactory {
    /** Lower-case schemes, such as {@code smtp}. */
    Set<String> schemes();

    /**
     * Makes a transport; opens no connection. Called while the mailer is built.
     *
     * @throws MailerConfigException the URI lacks something or holds something this factory does not know
     */
    Transport create(TransportUri uri, TransportContext context);
}
