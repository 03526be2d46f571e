// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.TransportUri;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who we are to the server. The password is asked for at each connect, so that it can be rotated. */
final class Credentials {
    private final String user;
    private final Supplier<@Nullable Secret> password;
    private final Supplier<String> problem;

    private Credentials(String user, Supplier<@Nullable Secret> password, Supplier<String> problem) {
        this.user = user;
        this.password = password;
        this.problem = problem;
    }

    /** Those of a transport URI; null where it has none. */
    static @Nullable Credentials of(TransportUri uri, TransportContext context) {
        String user = uri.user();
        Secret password = uri.password();
        String secret = uri.options().get("secret");
        String file = uri.options().get("secretFile");
        if (user == null && secret == null && file == null) {
            return null;
        }
        if (user == null || user.isEmpty()) {
            throw wrong(uri, "there is a password and no user; expected smtp://user@host?secret=NAME");
        }
        if (secret != null && file != null) {
            throw wrong(uri, "both option 'secret' and option 'secretFile' are given");
        }
        if (password != null && (secret != null || file != null)) {
            throw wrong(uri, "both a password and option '" + (file == null ? "secret" : "secretFile") + "' are given");
        }
        if (!CommandText.isSafe(user, true)) {
            throw wrong(uri, "the user holds a control character");
        }
        if (secret != null) {
            return new Credentials(
                    user, () -> context.secrets().find(secret), () -> "there is no secret named '" + secret + "'");
        }
        if (file != null) {
            SecretFile content = new SecretFile(path(uri, file));
            return new Credentials(user, content::read, content::problem);
        }
        if (password == null) {
            throw wrong(
                    uri,
                    "there is a user and no password; add ':password' to the user, or option 'secret' or 'secretFile'");
        }
        return new Credentials(user, () -> password, () -> "there is no password");
    }

    private static Path path(TransportUri uri, String file) {
        try {
            return Path.of(file);
        } catch (InvalidPathException e) {
            throw wrong(uri, "option 'secretFile' is no path");
        }
    }

    String user() {
        return user;
    }

    /** The current password; null when there is none. */
    @Nullable
    Secret password() {
        return password.get();
    }

    /** Why there is no password. */
    String problem() {
        return problem.get();
    }

    @Override
    public String toString() {
        return "***";
    }

    private static MailerConfigException wrong(TransportUri uri, String problem) {
        return new MailerConfigException("transport", uri + ": " + problem);
    }
}
