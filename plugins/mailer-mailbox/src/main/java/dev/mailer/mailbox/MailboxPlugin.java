// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.PluginContext;
import java.util.Objects;

/**
 * The development mailbox: transports of the scheme {@code mailbox:} keep mail in memory instead of sending it, and an endpoint
 * at {@value #DEFAULT_PATH} shows it. By default it keeps {@value #DEFAULT_MAX_MESSAGES} mails and 256 MiB. Thread-safe.
 *
 * <pre>{@code
 * MailboxPlugin mailbox = MailboxPlugin.create();
 * builder.install(mailbox).transport("mailbox:");
 * }</pre>
 *
 * <p>Whoever reaches the endpoint reads all mail: mount it where only developers are.
 */
public final class MailboxPlugin implements MailerPlugin {
    /** The plugin's name. */
    public static final String NAME = "mailbox";
    /** The scheme of its transports. */
    public static final String SCHEME = "mailbox";
    /** Where the pages are. */
    public static final String DEFAULT_PATH = "/mailbox";
    /** Mails that are kept. */
    public static final int DEFAULT_MAX_MESSAGES = 1_000;
    /** Bytes of mail that are kept. */
    public static final long DEFAULT_MAX_BYTES = 256L * 1024 * 1024;

    private final Mailbox mailbox;
    private final String path;
    private final Sleeper sleeper;

    private MailboxPlugin(Builder b) {
        this.mailbox = new Mailbox(b.maxMessages, b.maxBytes);
        this.path = b.path;
        this.sleeper = b.sleeper;
    }

    /** A mailbox with the defaults. */
    public static MailboxPlugin create() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void configure(PluginContext context) {
        context.transportFactory(new MailboxTransportFactory(mailbox, sleeper));
        context.endpoint(new MailboxEndpoint(path, mailbox, FormGuard.create()));
    }

    /** What came in. */
    public Mailbox mailbox() {
        return mailbox;
    }

    /** Collects the settings of a {@link MailboxPlugin}; not thread-safe. */
    public static final class Builder {
        private int maxMessages = DEFAULT_MAX_MESSAGES;
        private long maxBytes = DEFAULT_MAX_BYTES;
        private String path = DEFAULT_PATH;
        private Sleeper sleeper = Sleeper.SYSTEM;

        private Builder() {}

        /** Mails that are kept, at least 1; {@value MailboxPlugin#DEFAULT_MAX_MESSAGES} by default. */
        public Builder maxMessages(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("maxMessages is " + count + ", at least 1 is needed");
            }
            this.maxMessages = count;
            return this;
        }

        /** Bytes of mail that are kept, at least 1; 256 MiB by default. A larger mail is rejected with 552 5.3.4. */
        public Builder maxBytes(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("maxBytes is " + bytes + ", at least 1 is needed");
            }
            this.maxBytes = bytes;
            return this;
        }

        /** The path of the pages, beginning with a slash; {@value MailboxPlugin#DEFAULT_PATH} by default. */
        public Builder path(String path) {
            if (!Objects.requireNonNull(path, "path").matches("(/[A-Za-z0-9._-]+)+")) {
                throw new IllegalArgumentException(
                        "path must be segments of letters, digits, '.', '_' and '-', such as /mailbox");
            }
            this.path = path;
            return this;
        }

        Builder sleeper(Sleeper sleeper) {
            this.sleeper = sleeper;
            return this;
        }

        public MailboxPlugin build() {
            return new MailboxPlugin(this);
        }
    }
}
