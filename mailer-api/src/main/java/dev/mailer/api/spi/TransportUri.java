// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The address of a transport: {@code scheme://user:password@host:port/path?option=value}. User, password and options are
 * percent-encoded (RFC 3986 §2.1). Immutable; {@code toString} leaves out user, password and options.
 */
public final class TransportUri {
    private static final String ENCODE = "percent-encode '@', ':', '/' and '?' in user and password";

    private final String scheme;
    private final @Nullable String user;
    private final @Nullable Secret password;
    private final String host;
    private final int port;
    private final String path;
    private final Map<String, String> options;

    private TransportUri(
            String scheme,
            @Nullable String user,
            @Nullable Secret password,
            String host,
            int port,
            String path,
            Map<String, String> options) {
        this.scheme = scheme;
        this.user = user;
        this.password = password;
        this.host = host;
        this.port = port;
        this.path = path;
        this.options = options;
    }

    /** Reads a URI; the messages of its errors show scheme and host only. */
    public static TransportUri parse(String text) {
        int colon = text.indexOf(':');
        if (colon <= 0 || !text.substring(0, colon).matches("[A-Za-z][A-Za-z0-9+.-]*")) {
            throw new MailerConfigException(
                    "transport", "does not begin with a scheme; expected something like smtp://user:password@host:587");
        }
        String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
        String rest = text.substring(colon + 1);
        Map<String, String> options = new LinkedHashMap<>();
        int question = rest.indexOf('?');
        refuseSplitPassword(scheme, rest);
        if (question >= 0) {
            readOptions(scheme, rest.substring(question + 1), options);
            rest = rest.substring(0, question);
        }
        if (!rest.startsWith("//")) {
            return new TransportUri(
                    scheme, null, null, "", -1, line(scheme, "path", decode(scheme, rest)), Map.copyOf(options));
        }
        rest = rest.substring(2);
        int slash = rest.indexOf('/');
        String path = slash < 0 ? "" : line(scheme, "path", decode(scheme, rest.substring(slash)));
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        String user = null;
        Secret password = null;
        int at = authority.lastIndexOf('@');
        if (at >= 0) {
            String[] login = authority.substring(0, at).split(":", 2);
            user = line(scheme, "user", decode(scheme, login[0]));
            password = login.length < 2 ? null : Secret.of(line(scheme, "password", decode(scheme, login[1])));
            authority = authority.substring(at + 1);
        }
        int portAt = authority.lastIndexOf(':') > authority.lastIndexOf(']') ? authority.lastIndexOf(':') : -1;
        String host = portAt < 0 ? authority : authority.substring(0, portAt);
        int port = portAt < 0 ? -1 : port(scheme, authority.substring(portAt + 1));
        if (!host.matches("[A-Za-z0-9._-]*|\\[[0-9A-Fa-f:.]+]")) {
            throw new MailerConfigException(
                    "transport", scheme + ": the host holds a character that host names do not have; " + ENCODE);
        }
        return new TransportUri(scheme, user, password, host.toLowerCase(Locale.ROOT), port, path, Map.copyOf(options));
    }

    public String scheme() {
        return scheme;
    }

    public @Nullable String user() {
        return user;
    }

    public @Nullable Secret password() {
        return password;
    }

    /** The host in lower case, an IPv6 literal in brackets; empty when there is none. */
    public String host() {
        return host;
    }

    /** The host; an error that names the scheme when it is missing. */
    public String requireHost() {
        if (host.isEmpty()) {
            throw new MailerConfigException(
                    "transport", scheme + "://: the host is missing; expected " + scheme + "://host:port");
        }
        return host;
    }

    /** The port, or {@code fallback} when none is given. */
    public int port(int fallback) {
        return port < 0 ? fallback : port;
    }

    /** The path with its leading slash, or all behind the scheme when there is no {@code //}. */
    public String path() {
        return path;
    }

    /** Options by name; unknown ones are the factory's to refuse, see {@link #requireOptionsAmong}. */
    public Map<String, String> options() {
        return options;
    }

    public String option(String name, String fallback) {
        return options.getOrDefault(name, fallback);
    }

    /** Refuses options that the factory does not know: a typing error in {@code tls=} must not switch it off. */
    public void requireOptionsAmong(Set<String> known) {
        for (String name : options.keySet()) {
            if (!known.contains(name)) {
                throw new MailerConfigException(
                        "transport",
                        this + ": unknown option '" + name + "'; known are "
                                + known.stream().sorted().toList());
            }
        }
    }

    /** Scheme, host and port, or the path where there is no host. */
    @Override
    public String toString() {
        return scheme + ":" + (host.isEmpty() ? shownPath() : "//" + host + (port < 0 ? "" : ":" + port));
    }

    /** Whoever forgets the slashes in front of {@code user:password@host} has a password for a path. */
    private String shownPath() {
        int at = path.lastIndexOf('@');
        boolean login = at >= 0 && (!path.startsWith("/") || path.lastIndexOf(':', at) >= 0);
        return login ? "***" + path.substring(at) : path;
    }

    private static void readOptions(String scheme, String query, Map<String, String> into) {
        for (String pair : query.split("&", -1)) {
            String[] kv = pair.split("=", 2);
            if (kv[0].isEmpty()) {
                continue;
            }
            String name = line(scheme, "name of an option", decode(scheme, kv[0]));
            String value = kv.length < 2 ? "" : line(scheme, "option '" + name + "'", decode(scheme, kv[1]));
            if (into.put(name, value) != null) {
                throw new MailerConfigException("transport", scheme + ": option '" + kv[0] + "' is given twice");
            }
        }
    }

    /** A '/' or '?' in a bare password ends the authority early: the user would pass for the host, and the password for a port. */
    private static void refuseSplitPassword(String scheme, String rest) {
        if (rest.matches("(?s)//[^/?@]*:[^/?@]*[/?].*@.*")) {
            throw new MailerConfigException("transport", scheme + ": an '@' stands behind the host; " + ENCODE);
        }
    }

    /** User, password and options end up in commands of a line each, a path in names that the ledger keeps. */
    private static String line(String scheme, String what, String value) {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new MailerConfigException("transport", scheme + ": the " + what + " holds a control character");
        }
        return value;
    }

    private static int port(String scheme, String text) {
        int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 65_535) {
            throw new MailerConfigException("transport", scheme + ": the port is not a number from 1 to 65535");
        }
        return port;
    }

    private static String decode(String scheme, String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new MailerConfigException(
                    "transport", scheme + ": a '%' is not followed by two hex digits; write '%25' for the sign itself");
        }
    }
}
