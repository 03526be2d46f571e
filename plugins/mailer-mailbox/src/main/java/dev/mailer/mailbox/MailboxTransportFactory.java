// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.TransportFactory;
import dev.mailer.api.spi.TransportUri;
import java.util.Set;

/** Makes transports that all keep their mail in one mailbox. */
final class MailboxTransportFactory implements TransportFactory {
    private final Mailbox mailbox;
    private final Sleeper sleeper;

    MailboxTransportFactory(Mailbox mailbox, Sleeper sleeper) {
        this.mailbox = mailbox;
        this.sleeper = sleeper;
    }

    @Override
    public Set<String> schemes() {
        return Set.of(MailboxPlugin.SCHEME);
    }

    @Override
    public Transport create(TransportUri uri, TransportContext context) {
        uri.requireOptionsAmong(Set.of());
        if (!uri.host().isEmpty() || !uri.path().isEmpty() || uri.user() != null) {
            throw new MailerConfigException(
                    "transport", "mailbox: takes no user, host or path; expected just mailbox:");
        }
        return new MailboxTransport(mailbox, context.clock(), sleeper);
    }
}
