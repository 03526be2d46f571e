// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.TransportUri;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A proxy between us and the server; its text shows no user and no password. */
final class ProxySettings {
    /** Longest user and password (RFC 1929 §2). */
    private static final int MAX_OCTETS = 255;

    private final TransportUri uri;

    private ProxySettings(TransportUri uri) {
        this.uri = uri;
    }

    /** Reads {@code socks5://user:password@host:1080} or {@code http://host:3128}; null when the option is not set. */
    static @Nullable ProxySettings of(OptionReader options) {
        String text = options.text("proxy", "");
        if (text.isEmpty()) {
            return null;
        }
        TransportUri uri;
        try {
            uri = TransportUri.parse(text);
            uri.requireOptionsAmong(Set.of());
        } catch (MailerConfigException e) {
            throw options.error("proxy", "***", "socks5://user:password@host:port or http://…");
        }
        ProxySettings settings = new ProxySettings(uri);
        boolean known = uri.scheme().equals("socks5") || uri.scheme().equals("http");
        if (!known || uri.host().isEmpty() || !settings.fits()) {
            throw options.error("proxy", uri.scheme() + "://***", "socks5://user:password@host:port or http://…");
        }
        return settings;
    }

    boolean isSocks() {
        return uri.scheme().equals("socks5");
    }

    String host() {
        String host = uri.host();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        return uri.port(isSocks() ? 1080 : 3128);
    }

    @Nullable
    String user() {
        return uri.user();
    }

    String revealedPassword() {
        Secret password = uri.password();
        return password == null ? "" : password.reveal();
    }

    /** {@code user:password}; null when there is no login. */
    @Nullable
    String login() {
        return uri.user() == null ? null : uri.user() + ':' + revealedPassword();
    }

    @Override
    public String toString() {
        return uri.toString();
    }

    private boolean fits() {
        String user = uri.user();
        boolean path = !uri.path().isEmpty() && !uri.path().equals("/");
        boolean empty = user != null
                && isSocks()
                && (user.isEmpty() || revealedPassword().isEmpty());
        return !path
                && !empty
                && (user == null || octets(user) <= MAX_OCTETS)
                && octets(revealedPassword()) <= MAX_OCTETS;
    }

    private static int octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
