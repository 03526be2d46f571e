// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.TransportFactory;
import dev.mailer.api.spi.TransportUri;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.BiFunction;

/** {@code file:/path/to/maildir}, {@code memory:name} and {@code null:}; none of them takes options. */
final class BuiltInTransports implements TransportFactory {
    private static final String FILE = "file";
    private static final String MEMORY = "memory";
    private static final String NULL = "null";

    private final BiFunction<String, InstantSource, Transport> memory;

    /** @param memory makes the transport that {@code memory:name} stands for, which is part of the public package */
    BuiltInTransports(BiFunction<String, InstantSource, Transport> memory) {
        this.memory = memory;
    }

    @Override
    public Set<String> schemes() {
        return Set.of(FILE, MEMORY, NULL);
    }

    @Override
    public Transport create(TransportUri uri, TransportContext context) {
        uri.requireOptionsAmong(Set.of());
        if (!uri.host().isEmpty() || uri.user() != null) {
            throw new MailerConfigException(
                    "transport", uri.scheme() + ": takes no host and no user; expected " + usage(uri.scheme()));
        }
        return switch (uri.scheme()) {
            case FILE -> new FileTransport(path(uri.path()), context);
            case MEMORY -> memory.apply(uri.path(), context.clock());
            default -> {
                if (!uri.path().isEmpty()) {
                    throw new MailerConfigException("transport", "null: takes no path; expected null:");
                }
                yield new NullTransport();
            }
        };
    }

    private static String usage(String scheme) {
        return switch (scheme) {
            case FILE -> "file:/path/to/maildir";
            case MEMORY -> "memory: or memory:name";
            default -> "null:";
        };
    }

    private static Path path(String text) {
        if (text.isEmpty()) {
            throw new MailerConfigException("transport", "file: the path is missing; expected file:/path/to/maildir");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new MailerConfigException("transport", "file: the path is not one of this system", e);
        }
    }
}
