// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Secret;
import dev.mailer.api.spi.SecretSource;
import org.jspecify.annotations.Nullable;

/** Who we are to the server. The password is asked for at each connect, so that it can be rotated. */
final class Credentials {
    private final String user;
    private final SecretSource source;
    private final String name;

    private Credentials(String user, SecretSource source, String name) {
        this.user = user;
        this.source = source;
        this.name = name;
    }

    static Credentials of(String user, Secret password) {
        return new Credentials(user, name -> password, "password");
    }

    static Credentials named(String user, SecretSource source, String name) {
        return new Credentials(user, source, name);
    }

    String user() {
        return user;
    }

    /** The current password; null when its source has none. */
    @Nullable
    Secret password() {
        return source.find(name);
    }

    /** The name the source knows it by. */
    String name() {
        return name;
    }

    @Override
    public String toString() {
        return "***";
    }
}
